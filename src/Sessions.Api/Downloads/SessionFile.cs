using Sessions.Api.Vapi;
using Sessions.Domain;

namespace Sessions.Api.Downloads;

/// <summary>How far a file of a session is, in the order in which a file passes through these.</summary>
internal enum FileStatus
{
    /// <summary>The client has not asked for it.</summary>
    Unprepared,

    /// <summary>Asked for, and waiting for its turn.</summary>
    PrepareRequested,

    /// <summary>Being read.</summary>
    Preparing,

    /// <summary>Ready to be fetched.</summary>
    Prepared,

    /// <summary>It cannot be fetched, and the message says why.</summary>
    Error,
}

/// <summary>A file of a session at one moment: derived at each request, and stored nowhere.</summary>
/// <param name="File">The file, as the session has pinned it.</param>
/// <param name="Status">How far it is.</param>
/// <param name="BytesTransferred">How many bytes the server has moved to make it ready.</param>
/// <param name="Failure">What is wrong, exactly when the status is an error.</param>
internal sealed record SessionFile(
    PinnedFile File, FileStatus Status, long BytesTransferred = 0, LocalizableMessage? Failure = null)
{
    /// <summary>The kind of link that was asked for, or null if none was.</summary>
    public EndpointType? Asked { get; init; }

    /// <summary>Its checksum, once the client has fetched all of it.</summary>
    public byte[]? Sha256 { get; init; }

    /// <summary>The work that it waits for, if any.</summary>
    public Preparation? Run { get; init; }
}
