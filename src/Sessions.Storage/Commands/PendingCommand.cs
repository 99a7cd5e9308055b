using System.Diagnostics;
using Sessions.Domain;
using Sessions.Storage.Log;

namespace Sessions.Storage.Commands;

/// <summary>A command in flight, and the caller who waits for it.</summary>
sealed class PendingCommand(
    SessionAddress address, SessionCommand command, Provenance by, CancellationToken caller)
{
    readonly TaskCompletionSource<CommandOutcome> answer = new();
    CommandOutcome? decided;
    Exception? broken;

    public Guid Id { get; } = Guid.CreateVersion7();

    public SessionAddress Address { get; } = address;

    public SessionCommand Command { get; } = command;

    public Provenance By { get; } = by;

    public Guid? ClientToken { get; } = (command as SessionCommand.Create)?.ClientToken;

    /// <summary>The span of this command; none while no spans are recorded.</summary>
    public ActivityContext Span { get; set; }

    public Task<CommandOutcome> Answer => answer.Task;

    /// <summary>The caller has stopped waiting, and nothing has been done about the command yet.</summary>
    public bool IsAbandoned => caller.IsCancellationRequested && !InDoubt;

    /// <summary>
    /// A transaction with this command's events was sent, and its outcome is unknown. From then on the log is checked
    /// before the command is decided again.
    /// </summary>
    public bool InDoubt => InDoubtSince is not null;

    /// <summary>When the outcome became unknown, by the node's clock.</summary>
    public long? InDoubtSince { get; set; }

    /// <summary>Whether the decision was to record events, which a transaction that was sent may have done.</summary>
    public bool IsToBeRecorded => decided?.Decision is Decision.Accepted { Events.IsEmpty: false };

    /// <summary>Keeps the decision. The caller gets it once it is durable, and not before.</summary>
    public void Decide(CommandOutcome outcome) => (decided, broken) = (outcome, null);

    /// <summary>Keeps the reason why the command could not be decided.</summary>
    public void DecideToFail(Exception reason) => (decided, broken) = (null, reason);

    /// <summary>Tells the caller what was decided.</summary>
    public void Acknowledge()
    {
        if (broken is not null)
            answer.TrySetException(broken);
        else
            answer.TrySetResult(decided!);
    }

    public void Fail(Exception reason) => answer.TrySetException(reason);

    public void Abandon() => answer.TrySetCanceled(caller);
}
