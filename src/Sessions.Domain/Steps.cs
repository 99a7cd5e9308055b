using System.Collections.Immutable;

namespace Sessions.Domain;

/// <summary>The repeated steps of <see cref="Session.Evolve"/>.</summary>
static class Steps
{
    public static SessionLease UsedAt(this SessionLease lease, DateTimeOffset at) => lease with { LastActiveAt = at };

    public static ImmutableSortedDictionary<string, FileActivity> Prepare(
        this Session.Living session, string fileName, EndpointType endpoint) =>
        session.Files.SetItem(fileName, session.ActivityOf(fileName) with { Prepared = endpoint });

    public static ImmutableSortedDictionary<string, FileActivity> Fetch(
        this Session.Living session, string fileName, ByteRange range)
    {
        // A transfer that breaks off before its first byte has fetched no part, unless the file is empty.
        if (range.End <= range.Start && session.Origin.Item.File(fileName) is not { Size: 0 })
            return session.Files;

        var file = session.ActivityOf(fileName);
        return session.Files.SetItem(fileName, file with { Fetched = file.Fetched.Add(range) });
    }

    public static Session End(this Session.Active session, DateTimeOffset at, SessionEnding ending) =>
        new Session.Ended(session.Origin, session.Lease, session.Progress, session.Files, at, ending);
}
