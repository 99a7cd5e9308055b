using System.Text.Json.Serialization;

namespace Sessions.Domain;

/// <summary>
/// What happened to a session. THESE TYPES ARE THE STORAGE FORMAT: streams written years ago are read back into them. Add
/// optional members freely, with a default; for any other change, give the event's name a new schema version and write an
/// upcast. A stored event that lacks a member without a default counts as damaged.
/// </summary>
public abstract record SessionEvent
{
    SessionEvent()
    {
    }

    /// <summary>When it was decided, by the database's clock. Stored beside the data, not in it.</summary>
    [JsonIgnore]
    public DateTimeOffset At { get; init; }

    /// <summary>The session began.</summary>
    /// <param name="Owner">The user who created it.</param>
    /// <param name="Item">The item, pinned as it was.</param>
    /// <param name="ExpiresAt">When the first lease ends.</param>
    /// <param name="ClientToken">The creator's token, if there was one.</param>
    /// <param name="MayReadStorage">Whether the creator was allowed to read the storage itself at this moment.</param>
    public sealed record SessionCreated(
        string Owner,
        PinnedItem Item,
        DateTimeOffset ExpiresAt,
        Guid? ClientToken = null,
        bool MayReadStorage = false) : SessionEvent;

    /// <summary>The lease was renewed, by a keep-alive or by activity that the server saw.</summary>
    /// <param name="ExpiresAt">When the lease ends now; never earlier than before.</param>
    /// <param name="Progress">The progress, if it rose.</param>
    public sealed record SessionKeptAlive(DateTimeOffset ExpiresAt, int? Progress = null) : SessionEvent;

    /// <summary>A link to a file was asked for.</summary>
    public sealed record FilePrepared(string FileName, EndpointType Endpoint) : SessionEvent;

    /// <summary>A transfer began.</summary>
    public sealed record TransferStarted(Guid TransferId, string FileName, ByteRange Range) : SessionEvent;

    /// <summary>A transfer's whole range has left.</summary>
    public sealed record FileTransferred(
        Guid TransferId, string FileName, ByteRange Range, TimeSpan Duration) : SessionEvent;

    /// <summary>A transfer broke off; <paramref name="Range"/> is what had left by then.</summary>
    public sealed record TransferAborted(
        Guid TransferId, string FileName, ByteRange Range, TimeSpan Duration) : SessionEvent;

    /// <summary>A client canceled the session. Ends its activity.</summary>
    public sealed record SessionCanceled : SessionEvent;

    /// <summary>A client gave the session up. Ends its activity.</summary>
    public sealed record SessionFailed(string Message) : SessionEvent;

    /// <summary>The lease ran out. Ends its activity.</summary>
    /// <param name="Reason">Why it was not renewed.</param>
    /// <param name="LastActiveAt">The last activity that is on record.</param>
    public sealed record SessionExpired(ExpiryReason Reason, DateTimeOffset LastActiveAt) : SessionEvent;

    /// <summary>The session was removed. Ends its life.</summary>
    /// <param name="Reason">Why.</param>
    /// <param name="By">The user, or null for the system.</param>
    public sealed record SessionDeleted(
        DeletionReason Reason,
        // Written first, as it always has been.
        [property: JsonPropertyOrder(-1)] string? By = null) : SessionEvent;
}

/// <summary>Why a lease ran out.</summary>
public enum ExpiryReason
{
    /// <summary>Nobody used the session any more.</summary>
    Idle,

    /// <summary>The client was done: progress 100, or every file fetched whole.</summary>
    Complete,

    /// <summary>The session reached the longest life that the policy allows.</summary>
    Lifetime,
}

/// <summary>Why a session was removed.</summary>
public enum DeletionReason
{
    /// <summary>A user asked for it.</summary>
    Requested,

    /// <summary>It had ended, and its retention time was over.</summary>
    Retention,
}
