using System.Diagnostics;
using Sessions.Domain;
using Sessions.Storage.Log;

namespace Sessions.Storage.Commands;

/// <summary>A command on its way, and the caller who waits for it.</summary>
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

    /// <summary>The span of this command; none while nobody records any.</summary>
    public ActivityContext Span { get; set; }

    public Task<CommandOutcome> Answer => answer.Task;

    /// <summary>Nobody waits for it any more, and nothing has been done about it yet.</summary>
    public bool IsAbandoned => caller.IsCancellationRequested && !InDoubt;

    /// <summary>
    /// A transaction with this command's events was sent, and its end is not known. From then on the
    /// log is asked before the command is decided again.
    /// </summary>
    public bool InDoubt => InDoubtSince is not null;

    /// <summary>When that was, by the node's clock.</summary>
    public long? InDoubtSince { get; set; }

    /// <summary>Whether it was decided to record something, so that a transaction which was sent may have done so.</summary>
    public bool IsToBeRecorded => decided?.Decision is Decision.Accepted { Events.IsEmpty: false };

    /// <summary>Keeps what was decided. The caller is told when it is durable, and not before.</summary>
    public void Decide(CommandOutcome outcome) => (decided, broken) = (outcome, null);

    /// <summary>Keeps why it could not be decided.</summary>
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
