using Sessions.Domain;

namespace Sessions.Projections.Verification;

/// <summary>What can be wrong.</summary>
public enum DifferenceKind
{
    /// <summary>An event is not what was sealed.</summary>
    EventChanged,

    /// <summary>An event that was sealed is gone.</summary>
    EventRemoved,

    /// <summary>An event that was never sealed lies among sealed ones, or ahead of the log.</summary>
    EventInserted,

    /// <summary>An event lies at another place than where it was sealed.</summary>
    EventMoved,

    /// <summary>A seal's hash does not follow from what it says, or from the seal before it.</summary>
    SealForged,

    /// <summary>A seal that must exist is gone.</summary>
    SealMissing,

    /// <summary>A seal's signature is missing or was not made by a trusted key.</summary>
    SealNotSigned,

    /// <summary>A stream's events are not in order, or its row does not match them.</summary>
    Stream,

    /// <summary>A stream's snapshot is not the fold of its events.</summary>
    Snapshot,

    /// <summary>The list has a session too many or too few, or on the wrong item.</summary>
    List,

    /// <summary>A session's scheduled message is not the one that its events require.</summary>
    Schedule,

    /// <summary>The audit trail has a row too many or too few, or one that does not match its event.</summary>
    Trail,

    /// <summary>A minute of the activity has counts that do not match the log.</summary>
    Activity,

    /// <summary>A follower's checkpoint lies where no pass can have put it.</summary>
    Checkpoint,

    /// <summary>A line of a file is unreadable, or does not match its hash.</summary>
    Line,

    /// <summary>A file is incomplete, or does not match its manifest.</summary>
    Manifest,
}

/// <summary>Something that is not as it must be, with what identifies it.</summary>
/// <param name="Kind">What kind of thing.</param>
/// <param name="Says">What differs, in a sentence.</param>
public sealed record Difference(DifferenceKind Kind, string Says)
{
    /// <summary>The session that it is about, where that is known.</summary>
    public Guid? Session { get; init; }

    /// <summary>Its owner, where that is known.</summary>
    public string? Owner { get; init; }

    /// <summary>The event's version in that session.</summary>
    public int? Version { get; init; }

    /// <summary>The event's <c>position</c> in the log.</summary>
    public long? Position { get; init; }

    /// <summary>The seal that it is about, or that covers the event.</summary>
    public long? Seal { get; init; }

    /// <summary>The line of the file, from 1.</summary>
    public long? Line { get; init; }

    internal static Difference Of(DifferenceKind kind, SessionAddress address, string says) =>
        new(kind, says) { Session = address.Id.Value, Owner = address.Owner };
}
