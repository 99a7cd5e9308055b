using Microsoft.Extensions.Logging;
using Npgsql;
using Sessions.Domain;
using Sessions.Storage.Log;

namespace Sessions.Storage.Commands;

/// <summary>
/// Carries out commands. Commands that wait at the same time share one read and one durable transaction; each caller gets
/// its own answer, and only once the events are on disk. The commands of one session go through one lane in order, so
/// none overtakes another on the same node.
/// </summary>
public sealed class GroupCommit : IAsyncDisposable
{
    readonly NpgsqlDataSource connections;
    readonly Lane<PendingCommand>[] lanes;
    readonly TimeProvider clock;

    /// <summary>Opens the queue.</summary>
    /// <param name="connections">A pool from <see cref="Database.OpenForCommands"/>; disposed with this queue.</param>
    /// <param name="policy">The lease policy.</param>
    /// <param name="options">How commands are queued and batched.</param>
    /// <param name="project">Writes the inline read models.</param>
    /// <param name="clock">The node's clock, used only for pauses, timeouts and metrics.</param>
    /// <param name="log">Logs failures.</param>
    /// <param name="counting">Counts owners' sessions; required where the policy limits them.</param>
    public GroupCommit(
        NpgsqlDataSource connections,
        LeasePolicy policy,
        CommandOptions options,
        InlineProjection project,
        TimeProvider clock,
        ILogger<GroupCommit> log,
        SessionCounting? counting = null)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(options);
        if (policy.MaxSessionsPerUser is null)
            counting = null;
        else
            ArgumentNullException.ThrowIfNull(counting);
        var transaction = new CommandTransaction(connections, policy, project, counting, clock, log);
        this.connections = connections;
        this.clock = clock;
        lanes = new Lane<PendingCommand>[options.Lanes];
        for (var i = 0; i < lanes.Length; i++)
            lanes[i] = new Lane<PendingCommand>(options.QueueLimit, options.BatchLimit, batchesMax: 1, transaction.Execute);
    }

    /// <summary>Decides a command on a session and makes the resulting events durable.</summary>
    /// <param name="address">The session; for a creation, the id that it will get.</param>
    /// <param name="command">What is asked.</param>
    /// <param name="by">Who asks, for the record.</param>
    /// <param name="cancellation">Gives up waiting; the command is dropped if its turn has not come.</param>
    /// <exception cref="StoreUnavailableException">
    /// The queue is full, another transaction holds the session, or the database cannot be reached; says whether the
    /// outcome is unknown.
    /// </exception>
    public Task<CommandOutcome> Submit(
        SessionAddress address, SessionCommand command, Provenance by, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(command);
        var pending = new PendingCommand(address, command, by, cancellation);
        return StorageMetrics.WatchesCommands ? Watch(pending) : Queue(pending);
    }

    Task<CommandOutcome> Queue(PendingCommand pending) =>
        LaneOf(pending.Address.Id).TryAdd(pending)
            ? pending.Answer
            : throw new StoreUnavailableException("Too many commands are waiting.", outcomeUnknown: false);

    Lane<PendingCommand> LaneOf(SessionId id) => lanes[(uint)id.GetHashCode() % lanes.Length];

    /// <summary>Does the same, and records the duration and the result for metrics and traces.</summary>
    async Task<CommandOutcome> Watch(PendingCommand pending)
    {
        var kind = pending.Command.GetType().Name;
        using var span = StorageMetrics.StartCommand(kind, pending.Address.Id);
        pending.Span = span?.Context ?? default;
        var arrived = clock.GetTimestamp();
        string? error = null;
        try
        {
            var outcome = await Queue(pending);
            error = (outcome.Decision as Decision.Refused)?.Reason.ToString();
            return outcome;
        }
        catch (Exception failed)
        {
            error = failed is StoreUnavailableException { OutcomeUnknown: true } ? "OutcomeUnknown" : failed.GetType().Name;
            throw;
        }
        finally
        {
            StorageMetrics.EndCommand(span, kind, error, clock.GetElapsedTime(arrived));
        }
    }

    /// <summary>Accepts no more commands, and waits until the accepted ones are answered.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(lanes.Select(lane => lane.DisposeAsync().AsTask()));
        await connections.DisposeAsync();
    }
}
