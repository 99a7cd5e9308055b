using Sessions.Domain;
using Sessions.Storage;
using static Sessions.Domain.SessionEvent;

namespace Sessions.Projections.Audit;

/// <summary>Who did something, and from where.</summary>
/// <param name="Actor">The user, or null for the system.</param>
/// <param name="Address">His network address.</param>
/// <param name="Origin">By which way.</param>
public sealed record AuditParty(string? Actor, string? Address, string Origin)
{
    internal static AuditParty Of(RecordedEvent recorded) =>
        new(recorded.Provenance.Actor, recorded.Provenance.Address, recorded.Provenance.Origin);
}

/// <summary>An end in a session's life.</summary>
/// <param name="At">When.</param>
/// <param name="How">How: <c>canceled</c>, <c>failed</c>, <c>expired</c> or <c>deleted</c>.</param>
/// <param name="Reason">Why: one of <see cref="AuditRow.Reasons"/>, where there is a reason.</param>
/// <param name="Message">The client's own words, if it failed.</param>
/// <param name="By">Who did it.</param>
public sealed record AuditEnd(DateTimeOffset At, string How, string? Reason, string? Message, AuditParty By);

/// <summary>What became of one file of a session.</summary>
/// <param name="Name">The file.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Prepared">Whether a link to it was asked for.</param>
/// <param name="Transfers">Transfers of it that came to an end, whole or broken off.</param>
/// <param name="BytesSent">The bytes that left, those that left twice counted twice.</param>
/// <param name="Complete">Whether each of its bytes left at least once.</param>
public sealed record AuditFile(string Name, long Size, bool Prepared, int Transfers, long BytesSent, bool Complete);

/// <summary>A session's whole life in one object.</summary>
/// <param name="Session">Which session.</param>
/// <param name="Owner">Whose.</param>
/// <param name="State">What it is now: <c>active</c>, <c>canceled</c>, <c>failed</c>, <c>expired</c> or <c>deleted</c>.</param>
/// <param name="Item">Its library item.</param>
/// <param name="ContentVersion">The item's content version at the session's creation.</param>
/// <param name="CreatedAt">When it began.</param>
/// <param name="CreatedBy">Who began it.</param>
/// <param name="LastActiveAt">The last activity that is on record.</param>
/// <param name="ExpiresAt">When its lease ends, or ended.</param>
/// <param name="Progress">The client's progress, from 0 to 100.</param>
/// <param name="Ended">How its activity ended before it was removed; null if it did not.</param>
/// <param name="Deleted">How it was removed; null if it was not.</param>
/// <param name="BytesSent">The bytes that left, of all files.</param>
/// <param name="Files">Its files.</param>
/// <param name="Actors">All users who did anything with it.</param>
/// <param name="Addresses">All network addresses from where.</param>
/// <param name="Events">How many events that were.</param>
public sealed record SessionLife(
    Guid Session,
    string Owner,
    string State,
    Guid Item,
    string ContentVersion,
    DateTimeOffset CreatedAt,
    AuditParty CreatedBy,
    DateTimeOffset LastActiveAt,
    DateTimeOffset ExpiresAt,
    int Progress,
    AuditEnd? Ended,
    AuditEnd? Deleted,
    long BytesSent,
    IReadOnlyList<AuditFile> Files,
    IReadOnlyList<string> Actors,
    IReadOnlyList<string> Addresses,
    int Events)
{
    /// <summary>
    /// The life that these events of one stream tell, up to the last of them; null if they begin with no
    /// creation. What the session was is folded by <see cref="Domain.Session.Evolve"/>.
    /// </summary>
    public static SessionLife? Of(IReadOnlyList<RecordedEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        var session = Domain.Session.Initial;
        Session.Living? living = null;
        AuditEnd? ended = null, deleted = null;
        foreach (var recorded in events)
        {
            session = Domain.Session.Evolve(session, recorded.Event);
            living = session as Session.Living ?? living;
            (ended, deleted) = EndOf(recorded) switch
            {
                null => (ended, deleted),
                { How: "deleted" } end => (ended, end),
                var end => (end, deleted),
            };
        }

        if (living is null)
            return null;
        AuditFile[] files = [.. living.Origin.Item.Files.Select(file => FileOf(file, living, events))];
        return new SessionLife(
            events[0].Address.Id.Value,
            living.Origin.Owner,
            (deleted ?? ended)?.How ?? "active",
            living.Origin.Item.ItemId,
            living.Origin.Item.ContentVersion,
            living.Lease.CreatedAt,
            AuditParty.Of(events[0]),
            living.Lease.LastActiveAt,
            living.Lease.ExpiresAt,
            living.Progress,
            ended,
            deleted,
            files.Sum(file => file.BytesSent),
            files,
            Distinct(events.Select(recorded => recorded.Provenance.Actor)),
            Distinct(events.Select(recorded => recorded.Provenance.Address)),
            events.Count);
    }

    static AuditEnd? EndOf(RecordedEvent recorded)
    {
        AuditEnd End(string how, string? message = null) => new(
            recorded.Event.At, how, AuditRow.ReasonOf(recorded.Event), message, AuditParty.Of(recorded));
        return recorded.Event switch
        {
            SessionCanceled => End("canceled"),
            SessionFailed e => End("failed", e.Message),
            SessionExpired => End("expired"),
            SessionDeleted => End("deleted"),
            _ => null,
        };
    }

    static AuditFile FileOf(PinnedFile file, Session.Living living, IReadOnlyList<RecordedEvent> events)
    {
        long[] sent =
        [
            .. events.Select(recorded => recorded.Event switch
            {
                FileTransferred e when e.FileName == file.Name => e.Range.End - e.Range.Start,
                TransferAborted e when e.FileName == file.Name => e.Range.End - e.Range.Start,
                _ => (long?)null,
            }).OfType<long>(),
        ];
        var activity = living.ActivityOf(file.Name);
        return new AuditFile(
            file.Name, file.Size, activity.Prepared is not null, sent.Length, sent.Sum(), activity.Fetched.Cover(file.Size));
    }

    static string[] Distinct(IEnumerable<string?> names) =>
        [.. names.OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
