using Sessions.Storage.Log;

namespace Sessions.Projections.Audit;

/// <summary>Who did something, and from where.</summary>
/// <param name="Actor">The user, or null for the system.</param>
/// <param name="Address">The client's network address.</param>
/// <param name="Origin">The source, as in <see cref="AuditEvent"/>.</param>
public sealed record AuditParty(string? Actor, string? Address, string Origin)
{
    internal static AuditParty? Of(Provenance? by) => by is null ? null : new AuditParty(by.Actor, by.Address, by.Origin);
}

/// <summary>An end in a session's life.</summary>
/// <param name="At">When.</param>
/// <param name="How">How: <c>canceled</c>, <c>failed</c>, <c>expired</c> or <c>deleted</c>.</param>
/// <param name="Reason">Why: one of <see cref="NumberedEvent.Reasons"/>, where there is a reason.</param>
/// <param name="Message">The client's own words, if it failed.</param>
/// <param name="By">Who did it; null only if that is unreadable.</param>
public sealed record AuditEnd(DateTimeOffset At, string How, string? Reason, string? Message, AuditParty? By);

/// <summary>What became of one file of a session.</summary>
/// <param name="Name">The file.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Prepared">Whether a link to it was requested.</param>
/// <param name="Transfers">Transfers of it that ended, complete or aborted.</param>
/// <param name="BytesSent">The bytes sent; a byte sent twice counts twice.</param>
/// <param name="Complete">Whether each of its bytes was sent at least once.</param>
public sealed record AuditFile(string Name, long Size, bool Prepared, int Transfers, long BytesSent, bool Complete);

/// <summary>A session's whole life in one object.</summary>
/// <param name="Session">Which session.</param>
/// <param name="Owner">Whose.</param>
/// <param name="State"><c>active</c>, <c>canceled</c>, <c>failed</c>, <c>expired</c> or <c>deleted</c>.</param>
/// <param name="Item">Its library item.</param>
/// <param name="ContentVersion">The item's content version at the session's creation.</param>
/// <param name="CreatedAt">When it began.</param>
/// <param name="CreatedBy">Who began it; null only if that is unreadable.</param>
/// <param name="LastActiveAt">The last activity that is on record.</param>
/// <param name="ExpiresAt">When its lease ends, or ended.</param>
/// <param name="Progress">The client's progress, from 0 to 100.</param>
/// <param name="Ended">How its activity ended before it was removed; null if it did not.</param>
/// <param name="Deleted">How it was removed; null if it was not.</param>
/// <param name="BytesSent">The bytes sent, of all files.</param>
/// <param name="Files">Its files.</param>
/// <param name="Actors">All users who did anything with it.</param>
/// <param name="Addresses">All network addresses that it was used from.</param>
/// <param name="Events">How many events it has.</param>
public sealed record SessionLife(
    Guid Session,
    string Owner,
    string State,
    Guid Item,
    string ContentVersion,
    DateTimeOffset CreatedAt,
    AuditParty? CreatedBy,
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
    /// <summary>What is wrong with its events, or null. If set, the session's life may have been different.</summary>
    public string? Fault { get; init; }
}
