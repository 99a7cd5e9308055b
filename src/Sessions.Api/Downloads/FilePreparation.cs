using System.Collections.Concurrent;
using Sessions.Api.Vapi;
using Sessions.Content;
using Sessions.Domain;
using Sessions.Storage;

namespace Sessions.Api.Downloads;

/// <summary>
/// Reads the files that clients have asked for and stores their checksums: a few at a time, each version once. Runs exist
/// in this node's memory alone, and nothing depends on that: any node that is asked about a file without a checksum starts
/// to read it.
/// </summary>
internal sealed partial class FilePreparation(
    ContentLibrary content, Checksums checksums, PreparationOptions options, TimeProvider clock, ILogger<FilePreparation> log)
    : IAsyncDisposable
{
    /// <summary>How many failed runs are kept, to be reported. Beyond that, all are forgotten and may be retried.</summary>
    const int FailuresMax = 1024;

    /// <summary>How long to wait before offering a checksum again to a database that was away.</summary>
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    readonly ConcurrentDictionary<FileVersion, Preparation> runs = new();
    readonly CancellationTokenSource stopping = new();
    readonly Lock starting = new();
    bool isStopped;

    // Small files have turns of their own, so that no answer waits behind a disk image.
    readonly SemaphoreSlim large = new(options.PreparingMax);
    readonly SemaphoreSlim small = new(options.PreparingMax);

    /// <summary>Whether a file is read so fast that a client may wait for it.</summary>
    public bool IsSmall(PinnedFile file) => file.Size <= options.SmallFileMax;

    /// <summary>The run over a version that is under way or has failed on this node, or null.</summary>
    public Preparation? Find(FileVersion version) => runs.GetValueOrDefault(version);

    /// <summary>Starts a run over a version, unless one is under way. A failed one is retried.</summary>
    public Preparation Start(FileVersion version)
    {
        lock (starting)
        {
            if (runs.TryGetValue(version, out var known) && !known.IsOver)
                return known;

            var run = new Preparation();
            if (isStopped)
            {
                run.End(checksum: null, why: null);
                return run;
            }

            runs[version] = run;
            _ = Task.Run(() => Carry(version, run), CancellationToken.None);
            return run;
        }
    }

    /// <summary>Cancels all runs, and waits for their end.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (starting)
            isStopped = true;
        await stopping.CancelAsync();
        await Task.WhenAll(runs.Values.Select(run => run.Over));
        large.Dispose();
        small.Dispose();
        stopping.Dispose();
    }

    async Task Carry(FileVersion version, Preparation run)
    {
        byte[]? sha256 = null;
        LocalizableMessage? failure = null;
        try
        {
            sha256 = await Prepare(version, run);
            if (sha256 is null)
                failure = Messages.FileUnavailable.With(version.File.Name);
        }
        catch (Exception later) when (later is OperationCanceledException or StoreUnavailableException)
        {
            // The server stops, or the database is away. The next node that is asked starts over.
        }
        catch (Exception failed)
        {
            LogFailed(failed, version.File.Name, version.ItemId);
            failure = failed is IOException or UnauthorizedAccessException
                ? Messages.FileUnavailable.With(version.File.Name)
                : Messages.Faulty.With();
        }

        // A failure is kept until a client asks for the file again; otherwise each look at it would start a new run.
        if (failure is null)
            runs.TryRemove(KeyValuePair.Create(version, run));
        else if (runs.Count > FailuresMax)
            ForgetFailures();
        run.End(sha256, failure);
    }

    async Task<byte[]?> Prepare(FileVersion version, Preparation run)
    {
        var turns = IsSmall(version.File) ? small : large;
        await turns.WaitAsync(stopping.Token);
        try
        {
            // Another node may have been faster while this run waited for its turn.
            if (await checksums.Find([version]) is [{ } known])
                return known;

            run.Begin();
            var sha256 = await Read(version, run);
            if (sha256 is not null)
                await Keep(version, sha256);
            return sha256;
        }
        finally
        {
            turns.Release();
        }
    }

    /// <summary>Large files have a thread of their own: reading blocks, and the pool's threads are for requests.</summary>
    Task<byte[]?> Read(FileVersion version, Preparation run) => Task.Factory.StartNew(
        () =>
        {
            using var file = content.Open(version.ItemId, version.File);
            return file is null ? null : FileHash.Sha256(file, version.File, run.Progress, stopping.Token);
        },
        stopping.Token,
        IsSmall(version.File) ? TaskCreationOptions.None : TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    /// <summary>
    /// Retries: a file that took long to read must not be read again after a short outage of the database.
    /// </summary>
    async Task Keep(FileVersion version, byte[] sha256)
    {
        while (true)
        {
            try
            {
                await checksums.Keep(version, sha256).WaitAsync(stopping.Token);
                return;
            }
            catch (StoreUnavailableException)
            {
                await Task.Delay(Pause, clock, stopping.Token);
            }
        }
    }

    void ForgetFailures()
    {
        foreach (var (version, run) in runs)
        {
            if (run.Failure is not null)
                runs.TryRemove(KeyValuePair.Create(version, run));
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{File} of item {Item} could not be prepared")]
    partial void LogFailed(Exception error, string file, Guid item);
}
