using Microsoft.Extensions.Logging;
using Npgsql;
using Sessions.Domain;

namespace Sessions.Storage.Commands;

/// <summary>
/// Runs a batch of commands as one transaction: one round trip reads, the commands are decided in memory, one round trip
/// writes. No lock is held between the two, so a node that stops in the middle blocks nobody. The check of the expected
/// versions detects that another writer was first, and the batch is decided again.
/// </summary>
/// <param name="connections">One connection for each batch in flight.</param>
/// <param name="policy">The lease policy.</param>
/// <param name="project">Writes the inline read models.</param>
/// <param name="counting">Counts owners' sessions; null where the policy does not limit them.</param>
/// <param name="clock">The node's clock, used only for pauses, timeouts and metrics.</param>
/// <param name="log">Logs failures.</param>
sealed partial class CommandTransaction(
    NpgsqlDataSource connections, LeasePolicy policy, InlineProjection project,
    SessionCounting? counting, TimeProvider clock, ILogger log)
{
    /// <summary>How often an overtaken batch is retried whole before it is halved.</summary>
    const int ConflictsWhole = 3;

    /// <summary>How often an overtaken single command is retried. Each time, another writer got through.</summary>
    const int ConflictsAlone = 100;

    /// <summary>How often an unreachable database is tried: a restart leaves broken connections in the pool.</summary>
    const int FailuresMax = 3;

    /// <summary>How long an unknown outcome is investigated before the caller is told that it is unknown.</summary>
    static readonly TimeSpan DoubtMax = TimeSpan.FromSeconds(5);

    static readonly TimeSpan DoubtPause = TimeSpan.FromMilliseconds(100);

    /// <summary>Answers every command of the batch. Never throws.</summary>
    public async Task Execute(IReadOnlyList<PendingCommand> batch)
    {
        try
        {
            var waiting = batch.Where(command => !command.IsAbandoned).ToArray();
            if (waiting.Length < batch.Count)
                Answers.Give(batch.Except(waiting).ToArray(), Abandon);
            if (waiting.Length > 0)
                await Watch(waiting);
        }
        catch (Exception unexpected)
        {
            LogBatchFailed(unexpected, batch.Count);
            Fail(batch, _ => unexpected);
        }
    }

    async Task Watch(PendingCommand[] commands)
    {
        using var span = StorageMetrics.StartBatch(commands);
        var begun = clock.GetTimestamp();
        await Run(commands, briefly: false);
        StorageMetrics.RecordBatch(commands.Length, clock.GetElapsedTime(begun));
    }

    /// <summary>Tries until every command is answered, and halves a batch that one of them keeps from being written.</summary>
    /// <param name="commands">The commands.</param>
    /// <param name="briefly">
    /// Whether to give up on a locked row soon: one command is blocked, and the others wait until it is found.
    /// </param>
    async Task Run(IReadOnlyList<PendingCommand> commands, bool briefly)
    {
        var (conflicts, failures) = (0, 0);
        while (true)
        {
            var (ending, error) = await Try(commands, overtaken: conflicts > 0, briefly);
            switch (ending)
            {
                case Ending.Committed:
                    Acknowledge(commands);
                    return;

                case Ending.Overtaken when conflicts < (commands.Count == 1 ? ConflictsAlone : ConflictsWhole):
                    conflicts++;
                    break;

                case Ending.Overtaken or Ending.HeldUp or Ending.RolledBack when commands.Count == 1 && !commands[0].InDoubt:
                    Refuse(commands[0], ending, error!);
                    return;

                // Halve until the culprit is alone: one bad command must not harm the others.
                case Ending.Overtaken or Ending.HeldUp or Ending.RolledBack when commands.Count > 1:
                    var half = commands.Count / 2;
                    briefly |= ending == Ending.HeldUp;
                    await Run([.. commands.Take(half)], briefly);
                    await Run([.. commands.Skip(half)], briefly);
                    return;

                // A single command in doubt ends up here as well: its own earlier transaction may be what blocks it.
                default:
                    if (Failure.IsOfDatabase(error!))
                        connections.Clear();
                    if (ending == Ending.Unknown)
                        Doubt(commands, error!);
                    if (IsGivenUp(commands, ++failures))
                    {
                        TurnAway(commands, error!);
                        return;
                    }

                    break;
            }

            if (failures > 0 && commands.Any(command => command.InDoubt))
                await Task.Delay(DoubtPause, clock);
        }
    }

    async Task<(Ending Ending, Exception? Error)> Try(IReadOnlyList<PendingCommand> commands, bool overtaken, bool briefly)
    {
        var isSent = false;
        try
        {
            await using var connection = await connections.OpenConnectionAsync();
            var plan = await CommandPlan.Load(connection, commands, overtaken, counting, log);
            plan.Decide(commands, policy);
            var inDoubt = commands.Any(command => command.InDoubt);
            if (!plan.ChangesAnything && !inDoubt)
                return (Ending.Committed, null);

            await using var batch = new NpgsqlBatch(connection);
            if (briefly)
                batch.Add(Sql.WaitBriefly);
            batch.Append(plan.Changes, policy, project);
            if (counting is not null)
                OwnerSessions.Check(batch, counting, plan.Changes, policy.MaxSessionsPerUser!.Value);
            // Commands found in the log may not be on any standby yet. A standby that confirms this write has them too.
            if (!plan.ChangesAnything)
                batch.Add(Sql.FollowCommit);
            if (inDoubt)
                batch.Timeout = (int)DoubtMax.TotalSeconds;
            isSent = true;
            return await batch.Confirm() is { } warning ? (Ending.Unknown, warning) : (Ending.Committed, null);
        }
        catch (Exception error)
        {
            return (Failure.EndingOf(error, isSent), error);
        }
    }

    void Refuse(PendingCommand command, Ending ending, Exception error)
    {
        var kind = command.Command.GetType().Name;
        if (ending == Ending.RolledBack)
            LogCommandFailed(error, kind);
        else
            LogHeldUp(kind, command.Address.Id.Value, error.Message);
        Fail([command], _ => ending switch
        {
            Ending.Overtaken => new ConcurrentChangeException(error),
            Ending.HeldUp => new StoreUnavailableException("Another transaction has locked the session.", outcomeUnknown: false, error),
            _ => error,
        });
    }

    void Doubt(IReadOnlyList<PendingCommand> commands, Exception error)
    {
        LogOutcomeUnknown(error, commands.Count);
        foreach (var command in commands.Where(command => command.IsToBeRecorded))
            command.InDoubtSince ??= clock.GetTimestamp();
    }

    /// <summary>
    /// Whether to give up: after <see cref="DoubtMax"/> if any command is in doubt, otherwise after
    /// <see cref="FailuresMax"/> failures, so that commands that were never sent are not kept waiting.
    /// </summary>
    bool IsGivenUp(IReadOnlyList<PendingCommand> commands, int failures) =>
        commands.Any(command => command.InDoubt)
            ? commands.Any(command => command.InDoubtSince is { } since && clock.GetElapsedTime(since) >= DoubtMax)
            : failures >= FailuresMax;

    void TurnAway(IReadOnlyList<PendingCommand> commands, Exception reason)
    {
        LogUnreachable(commands.Count, Failure.ToLog(reason).Reason);
        Fail(commands, command => new StoreUnavailableException(
            "The database cannot be reached.", outcomeUnknown: command.InDoubt, reason));
    }

    static void Acknowledge(IReadOnlyList<PendingCommand> commands) =>
        Answers.Give(commands, static commands =>
        {
            foreach (var command in commands)
                command.Acknowledge();
        });

    static void Fail(IReadOnlyList<PendingCommand> commands, Func<PendingCommand, Exception> reason) =>
        Answers.Give((commands, reason), static failed =>
        {
            foreach (var command in failed.commands)
                command.Fail(failed.reason(command));
        });

    static void Abandon(IReadOnlyList<PendingCommand> commands)
    {
        foreach (var command in commands)
            command.Abandon();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A batch of {Count} commands failed")]
    partial void LogBatchFailed(Exception error, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "A {Command} command failed, also without the rest of its batch")]
    partial void LogCommandFailed(Exception error, string command);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "The commit of {Count} commands was not acknowledged; looking for them in the log")]
    partial void LogOutcomeUnknown(Exception error, int count);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "A {Command} command on session {Session} gave way to other transactions: {Reason}")]
    partial void LogHeldUp(string command, Guid session, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database accepts no commands now; {Count} were refused: {Reason}")]
    partial void LogUnreachable(int count, string reason);
}
