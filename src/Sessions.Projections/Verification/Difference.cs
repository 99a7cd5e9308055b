using Sessions.Domain;

namespace Sessions.Projections.Verification;

/// <summary>What may be found wrong.</summary>
public enum DifferenceKind
{
    /// <summary>An event is not what was sealed.</summary>
    EventChanged,

    /// <summary>An event that was sealed is not there.</summary>
    EventRemoved,

    /// <summary>An event is there among sealed ones that was never sealed.</summary>
    EventInserted,

    /// <summary>An event lies at another place than where it was sealed.</summary>
    EventMoved,

    /// <summary>A seal's hash does not follow from what it says, or from the seal before it.</summary>
    SealForged,

    /// <summary>A seal that must be there is not.</summary>
    SealMissing,

    /// <summary>A seal's signature is missing or was not made by a trusted key.</summary>
    SealNotSigned,

    /// <summary>A stream's row, or the numbers of its events, are not what its events make of them.</summary>
    Stream,

    /// <summary>A stream's snapshot is not the fold of its events.</summary>
    Snapshot,

    /// <summary>The list has a session too many or too few, or on another item.</summary>
    List,

    /// <summary>The schedule waits for something else than the session does.</summary>
    Schedule,

    /// <summary>The audit trail has a row too many or too few, or one that says something else than its event.</summary>
    Trail,

    /// <summary>A minute of the activity has other counts than the events of the log.</summary>
    Activity,

    /// <summary>A follower's checkpoint is where no follower comes to.</summary>
    Checkpoint,

    /// <summary>A line of a file is not what it says it is.</summary>
    Line,

    /// <summary>A file is not whole, or not what its manifest says.</summary>
    Manifest,
}

/// <summary>Something that is not as it must be, named so that somebody can look at it.</summary>
/// <param name="Kind">What kind of thing.</param>
/// <param name="Says">What differs, in a sentence.</param>
public sealed record Difference(DifferenceKind Kind, string Says)
{
    /// <summary>The session that it is about, where that is known.</summary>
    public Guid? Session { get; init; }

    /// <summary>Its owner, where that is known.</summary>
    public string? Owner { get; init; }

    /// <summary>The event's version there.</summary>
    public int? Version { get; init; }

    /// <summary>The event's number in the log.</summary>
    public long? Position { get; init; }

    /// <summary>The seal that it is about, or that covers the event.</summary>
    public long? Seal { get; init; }

    /// <summary>The line of the file, from 1.</summary>
    public long? Line { get; init; }

    internal static Difference Of(DifferenceKind kind, SessionAddress address, string says) =>
        new(kind, says) { Session = address.Id.Value, Owner = address.Owner };
}
