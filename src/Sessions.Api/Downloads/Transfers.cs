using Sessions.Domain;
using Sessions.Storage;
using Sessions.Storage.Commands;
using Sessions.Storage.Streams;
using static Sessions.Domain.SessionCommand;

namespace Sessions.Api.Downloads;

/// <summary>
/// What the transfers of this node share, and the record of their ends. Only the end of the server waits for that record.
/// </summary>
internal sealed partial class Transfers(
    GroupCommit commands, EventStore store, LeasePolicy policy, TimeProvider clock, ILogger<Transfers> log) : IAsyncDisposable
{
    /// <summary>How long a record is retried while the database is away.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    readonly CancellationTokenSource closing = new();
    readonly TaskCompletionSource allEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How many transfers' ends are not recorded yet, and one more for the server itself.</summary>
    int open = 1;

    public GroupCommit Commands => commands;

    public EventStore Store => store;

    public LeasePolicy Policy => policy;

    public TimeProvider Clock => clock;

    /// <summary>Counts one more transfer, or the record of its end, until it is disposed of.</summary>
    public IDisposable Open()
    {
        Interlocked.Increment(ref open);
        return new Opened(this);
    }

    /// <summary>
    /// Records a transfer's end. The request's cancellation does not apply: a transfer breaks off mostly because its client
    /// has gone.
    /// </summary>
    public void Record(Transfer transfer, RecordTransfer end) => _ = TryRecord(transfer, end);

    async Task TryRecord(Transfer transfer, RecordTransfer end)
    {
        using var one = Open();
        var begun = clock.GetTimestamp();
        while (true)
        {
            try
            {
                await commands.Submit(transfer.Address, end, transfer.By, CancellationToken.None);
                return;
            }
            catch (Exception later)
                when (later is StoreUnavailableException { OutcomeUnknown: false } or ConcurrentChangeException && !closing.IsCancellationRequested
                    && clock.GetElapsedTime(begun) < Patience)
            {
                // The end of the server cuts the pause short, and one more attempt follows.
                await Task.Delay(Pause, clock, closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception failed)
            {
                LogNotRecorded(failed, transfer.File.Name, transfer.Address.Id);
                return;
            }
        }
    }

    /// <summary>
    /// Waits until all ends are recorded. The transfers themselves were given their time before, while the server was
    /// stopping.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        Close();
        await allEnded.Task;
        closing.Dispose();
    }

    void Close()
    {
        if (Interlocked.Decrement(ref open) == 0)
            allEnded.TrySetResult();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The transfer of {File} of session {Session} failed")]
    public partial void LogFailed(Exception error, string file, SessionId session);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The end of a transfer of {File} of session {Session} could not be recorded")]
    partial void LogNotRecorded(Exception error, string file, SessionId session);

    sealed class Opened(Transfers transfers) : IDisposable
    {
        public void Dispose() => transfers.Close();
    }
}
