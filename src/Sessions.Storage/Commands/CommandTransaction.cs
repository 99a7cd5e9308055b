using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;
using Sessions.Domain;

namespace Sessions.Storage.Commands;

/// <summary>
/// A batch of commands as one transaction: one round trip reads, memory decides, one round trip
/// writes. No lock is held between the two, so a node that stops in the middle holds nobody up; the
/// expected version finds whoever was overtaken, and he is decided again.
/// </summary>
/// <param name="connections">One for each batch that is on its way.</param>
/// <param name="policy">The rules' numbers.</param>
/// <param name="project">Writes the inline read models.</param>
/// <param name="counting">Counts owners' sessions; null where the policy does not limit them.</param>
/// <param name="clock">The node's clock, for patience only.</param>
/// <param name="log">Where failures are told.</param>
sealed partial class CommandTransaction(
    NpgsqlDataSource connections, LeasePolicy policy, InlineProjection project, SessionCounting? counting,
    TimeProvider clock, ILogger log)
{
    /// <summary>How often a batch that was overtaken is tried whole before it is halved.</summary>
    const int ConflictsWhole = 3;

    /// <summary>How often a command alone may be overtaken. Each time, somebody else got through.</summary>
    const int ConflictsAlone = 100;

    /// <summary>How often a database that cannot be reached is tried: a restart leaves broken connections.</summary>
    const int FailuresMax = 3;

    /// <summary>How long an unknown outcome is looked into before the caller is told so.</summary>
    static readonly TimeSpan DoubtMax = TimeSpan.FromSeconds(5);

    static readonly TimeSpan DoubtPause = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a batch waits for a row that another transaction holds.</summary>
    const string LockPatience = "1s";

    /// <summary>How long its parts do, once it has waited: one of them is held up, and the others wait for that to be found.</summary>
    const string LockPatienceOfParts = "20ms";

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
        await Run(commands);
        StorageMetrics.RecordBatch(commands.Length, clock.GetElapsedTime(begun));
    }

    async Task Run(IReadOnlyList<PendingCommand> commands, string lockPatience = LockPatience)
    {
        var (conflicts, failures) = (0, 0);
        while (true)
        {
            var (ending, error) = await Try(commands, overtaken: conflicts > 0, lockPatience);
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

                // Halved until the culprit stands alone: one bad command harms nobody else.
                case Ending.Overtaken or Ending.HeldUp or Ending.RolledBack when commands.Count > 1:
                    var half = commands.Count / 2;
                    if (ending == Ending.HeldUp)
                        lockPatience = LockPatienceOfParts;
                    await Run([.. commands.Take(half)], lockPatience);
                    await Run([.. commands.Skip(half)], lockPatience);
                    return;

                // One in doubt ends up here as well: what stands in its way may be its own earlier transaction.
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

    async Task<(Ending Ending, Exception? Error)> Try(IReadOnlyList<PendingCommand> commands, bool overtaken, string lockPatience)
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
            batch.Add(Sql.BeginWrite).With(NpgsqlDbType.Text, lockPatience);
            batch.Append(plan.Changes, policy, project);
            if (counting is not null)
                OwnerSessions.Check(batch, counting, plan.Changes, policy.MaxSessionsPerUser!.Value);
            // What was found in the log may be on no standby yet: it is, when one confirms this write.
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
            Ending.HeldUp => new StoreUnavailableException("Somebody holds the session.", outcomeUnknown: false, error),
            _ => error,
        });
    }

    void Doubt(IReadOnlyList<PendingCommand> commands, Exception error)
    {
        LogOutcomeUnknown(error, commands.Count);
        foreach (var command in commands.Where(command => command.IsToBeRecorded))
            command.InDoubtSince ??= clock.GetTimestamp();
    }

    /// <summary>Doubt is looked into for a while; a command that was never sent is not kept waiting.</summary>
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

    [LoggerMessage(Level = LogLevel.Error, Message = "A {Command} command failed alone")]
    partial void LogCommandFailed(Exception error, string command);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "The commit of {Count} commands was not acknowledged; asking the log")]
    partial void LogOutcomeUnknown(Exception error, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A {Command} command on session {Session} was kept from it by others: {Reason}")]
    partial void LogHeldUp(string command, Guid session, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database takes no commands now; {Count} turned away: {Reason}")]
    partial void LogUnreachable(int count, string reason);
}
