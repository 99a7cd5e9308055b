using Sessions.Storage.Log;

namespace Sessions.Projections.Audit;

/// <summary>Who did something, and from where.</summary>
/// <param name="Actor">The user, or null for the system.</param>
/// <param name="Address">His network address.</param>
/// <param name="Origin">By which way.</param>
public sealed record AuditParty(string? Actor, string? Address, string Origin)
{
    internal static AuditParty? Of(Provenance? by) => by is null ? null : new AuditParty(by.Actor, by.Address, by.Origin);
}

/// <summary>An end in a session's life.</summary>
/// <param name="At">When.</param>
/// <param name="How">How: <c>canceled</c>, <c>failed</c>, <c>expired</c> or <c>deleted</c>.</param>
/// <param name="Reason">Why: one of <see cref="NumberedEvent.Reasons"/>, where there is a reason.</param>
/// <param name="Message">The client's own words, if it failed.</param>
/// <param name="By">Who did it; null only where that cannot be read any more.</param>
public sealed record AuditEnd(DateTimeOffset At, string How, string? Reason, string? Message, AuditParty? By);

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
/// <param name="CreatedBy">Who began it; null only where that cannot be read any more.</param>
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
    /// <summary>What is wrong with the events that tell it, or null: then it may have been otherwise.</summary>
    public string? Fault { get; init; }
}
