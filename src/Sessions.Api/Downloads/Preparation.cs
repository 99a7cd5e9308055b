using Sessions.Api.Vapi;

namespace Sessions.Api.Downloads;

/// <summary>One run over one version of a file, however many sessions wait for it. Any thread may read it.</summary>
internal sealed class Preparation
{
    readonly TaskCompletionSource over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    long bytesRead;
    volatile bool hasBegun;
    volatile byte[]? sha256;
    volatile LocalizableMessage? failure;

    /// <summary>Whether its turn has come.</summary>
    public bool HasBegun => hasBegun;

    /// <summary>How many bytes it has read so far.</summary>
    public long BytesRead => Interlocked.Read(ref bytesRead);

    /// <summary>The checksum, once it is kept for all nodes.</summary>
    public byte[]? Sha256 => sha256;

    /// <summary>Why there is no checksum, if that is known.</summary>
    public LocalizableMessage? Failure => failure;

    /// <summary>
    /// Completes when the run is over: with a checksum, with a failure, or with neither because the server stops or the
    /// database is away.
    /// </summary>
    public Task Over => over.Task;

    public bool IsOver => over.Task.IsCompleted;

    public void Begin() => hasBegun = true;

    public void Progress(long read) => Interlocked.Exchange(ref bytesRead, read);

    public void End(byte[]? checksum, LocalizableMessage? why)
    {
        (sha256, failure) = (checksum, why);
        over.TrySetResult();
    }
}
