using System.Collections.Immutable;

namespace Sessions.Domain;

/// <summary>What a session is from its first event to its last.</summary>
/// <param name="Owner">The user who created it.</param>
/// <param name="Item">The pinned item.</param>
/// <param name="ClientToken">The creator's idempotency token.</param>
/// <param name="MayReadStorage">Whether he might read the storage itself when he created it.</param>
public sealed record SessionOrigin(string Owner, PinnedItem Item, Guid? ClientToken = null, bool MayReadStorage = false);

/// <summary>A session's times. <see cref="ExpiresAt"/> is a promise and never moves back.</summary>
public sealed record SessionLease(DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, DateTimeOffset LastActiveAt);

/// <summary>What has happened to one file of a session.</summary>
/// <param name="Fetched">The bytes that have left.</param>
/// <param name="Prepared">The kind of link that was asked for, or null if none was.</param>
public sealed record FileActivity(ByteRanges Fetched, EndpointType? Prepared = null)
{
    /// <summary>Never asked for.</summary>
    public static FileActivity None { get; } = new(ByteRanges.None);
}

/// <summary>The next thing to do with a session if nobody does anything with it.</summary>
/// <param name="Kind">What.</param>
/// <param name="At">When; never earlier.</param>
public readonly record struct DueMessage(DueKind Kind, DateTimeOffset At)
{
    /// <summary>
    /// What a session in this state waits for: an active one for its lease's end, an ended one for
    /// its retention's. One that does not exist, or not any more, waits for nothing.
    /// </summary>
    public static DueMessage? Of(Session session, LeasePolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return session switch
        {
            Session.Active s => new DueMessage(DueKind.Expire, s.Lease.ExpiresAt),
            Session.Ended s => new DueMessage(DueKind.Purge, s.At + policy.Retention),
            _ => null,
        };
    }
}

/// <summary>The kinds of due message.</summary>
public enum DueKind
{
    /// <summary>Look whether the lease has run out.</summary>
    Expire,

    /// <summary>Look whether the retention has run out.</summary>
    Purge,
}

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
        // A transfer that breaks off before its first byte has fetched no part, unless there is no more of the file.
        if (range.End <= range.Start && session.Origin.Item.File(fileName) is not { Size: 0 })
            return session.Files;

        var file = session.ActivityOf(fileName);
        return session.Files.SetItem(fileName, file with { Fetched = file.Fetched.Add(range) });
    }

    public static Session End(this Session.Active session, DateTimeOffset at, SessionEnding ending) =>
        new Session.Ended(session.Origin, session.Lease, session.Progress, session.Files, at, ending);
}
