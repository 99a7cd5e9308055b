using Microsoft.Extensions.Logging;
using Npgsql;
using Sessions.Domain;

namespace Sessions.Storage;

/// <summary>
/// A batch of commands as one transaction: one round trip reads, memory decides, one round trip
/// writes. No lock is held between the two, so a node that stops in the middle holds nobody up; the
/// expected version finds whoever was overtaken, and he is decided again.
/// </summary>
sealed partial class CommandTransaction(
    NpgsqlDataSource database, LeasePolicy policy, InlineProjection project, TimeProvider clock, ILogger log)
{
    /// <summary>How often a batch that was overtaken is tried whole before it is halved.</summary>
    const int ConflictsWhole = 3;

    /// <summary>How often a command alone may be overtaken. Each time, somebody else got through.</summary>
    const int ConflictsAlone = 100;

    /// <summary>How often reading is tried: a restarted database leaves broken connections behind.</summary>
    const int ReadsMax = 3;

    /// <summary>How long an unknown outcome is looked into before the caller is told so.</summary>
    static readonly TimeSpan DoubtMax = TimeSpan.FromSeconds(5);

    static readonly TimeSpan DoubtPause = TimeSpan.FromMilliseconds(100);

    /// <summary>Answers every command of the batch. Never throws.</summary>
    public async Task Execute(IReadOnlyList<PendingCommand> batch)
    {
        try
        {
            foreach (var command in batch.Where(command => command.IsAbandoned))
                command.Abandon();
            var waiting = batch.Where(command => !command.Answer.IsCompleted).ToArray();
            if (waiting.Length > 0)
                await Attempt(waiting, conflicts: 0);
        }
        catch (Exception unexpected) when (unexpected is not OutOfMemoryException)
        {
            LogBatchFailed(unexpected, batch.Count);
            Fail(batch, unexpected);
        }
    }

    async Task Attempt(IReadOnlyList<PendingCommand> commands, int conflicts)
    {
        (NpgsqlConnection, CommandPlan)? loaded;
        try
        {
            loaded = await OpenAndLoad(commands, overtaken: conflicts > 0);
        }
        catch (Exception unreadable) when (unreadable is not OutOfMemoryException)
        {
            // One stream that cannot be read must not stop the others.
            await AfterRollback(commands, unreadable, conflicts);
            return;
        }

        if (loaded is not var (opened, plan))
            return;

        await using (opened)
        {
            plan.Decide(commands, policy);
            var (outcome, error) = plan.ChangesAnything
                ? await Commit(opened, plan)
                : (CommitOutcome.Committed, null);
            switch (outcome)
            {
                case CommitOutcome.Committed:
                    Acknowledge(commands);
                    return;
                case CommitOutcome.Unknown:
                    LogOutcomeUnknown(error!, commands.Count);
                    database.Clear();
                    if (IsDoubtOver(commands))
                    {
                        TurnAway(commands, error!);
                        return;
                    }

                    foreach (var command in commands)
                        command.InDoubtSince ??= clock.GetTimestamp();
                    break;
                case CommitOutcome.NotPrimary:
                    database.Clear();
                    if (conflicts >= ReadsMax)
                    {
                        TurnAway(commands, error!);
                        return;
                    }

                    conflicts++;
                    break;
            }

            if (outcome == CommitOutcome.RolledBack)
            {
                await opened.CloseAsync();
                await AfterRollback(commands, error!, conflicts);
                return;
            }
        }

        await Attempt(Waiting(commands), conflicts);
    }

    /// <summary>Overtaken: decide again. Broken: halve until the culprit stands alone.</summary>
    async Task AfterRollback(IReadOnlyList<PendingCommand> commands, Exception error, int conflicts)
    {
        commands = Waiting(commands);
        var overtaken = error is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation
            or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure };
        if (overtaken && conflicts < (commands.Count == 1 ? ConflictsAlone : ConflictsWhole))
        {
            await Attempt(commands, conflicts + 1);
        }
        else if (commands.Count <= 1)
        {
            LogCommandFailed(error, commands.Count == 0 ? null : commands[0].Command.GetType().Name);
            Fail(commands, error);
        }
        else
        {
            var half = commands.Count / 2;
            await Attempt([.. commands.Take(half)], conflicts: 0);
            await Attempt([.. commands.Skip(half)], conflicts: 0);
        }
    }

    async Task<(NpgsqlConnection, CommandPlan)?> OpenAndLoad(
        IReadOnlyList<PendingCommand> commands, bool overtaken)
    {
        for (var reads = 1; ; reads++)
        {
            NpgsqlConnection? connection = null;
            try
            {
                connection = await database.OpenConnectionAsync();
                return (connection, await CommandPlan.Load(connection, commands, overtaken, CancellationToken.None));
            }
            catch (Exception unreachable) when (Failure.IsConnection(unreachable))
            {
                if (connection is not null)
                    await connection.DisposeAsync();
                database.Clear();
                var inDoubt = commands.Any(command => command.InDoubt);
                if (inDoubt ? IsDoubtOver(commands) : reads >= ReadsMax)
                {
                    TurnAway(commands, unreachable);
                    return null;
                }

                if (inDoubt)
                    await Task.Delay(DoubtPause, clock);
            }
            catch
            {
                if (connection is not null)
                    await connection.DisposeAsync();
                throw;
            }
        }
    }

    async Task<(CommitOutcome, Exception?)> Commit(NpgsqlConnection connection, CommandPlan plan)
    {
        await using var batch = new NpgsqlBatch(connection);
        try
        {
            batch.Append(plan.Changes, policy, project);
            await batch.ExecuteNonQueryAsync();
            return (CommitOutcome.Committed, null);
        }
        catch (PostgresException standby) when (standby.SqlState == PostgresErrorCodes.ReadOnlySqlTransaction)
        {
            return (CommitOutcome.NotPrimary, standby);
        }
        catch (PostgresException refused) when (!Failure.IsConnection(refused))
        {
            return (CommitOutcome.RolledBack, refused);
        }
        catch (Exception broken) when (Failure.IsConnection(broken))
        {
            return (CommitOutcome.Unknown, broken);
        }
        catch (Exception unsendable) when (unsendable is not OutOfMemoryException)
        {
            // What cannot be put into statements never reached the end of the pipeline, its commit.
            return (CommitOutcome.RolledBack, unsendable);
        }
    }

    bool IsDoubtOver(IReadOnlyList<PendingCommand> commands) => commands.Any(
        command => command.InDoubtSince is { } since && clock.GetElapsedTime(since) >= DoubtMax);

    void TurnAway(IReadOnlyList<PendingCommand> commands, Exception reason)
    {
        LogUnreachable(reason, commands.Count);
        foreach (var command in commands)
            command.Fail(new StoreUnavailableException(
                "The database cannot be reached.", outcomeUnknown: command.InDoubt, reason));
    }

    static PendingCommand[] Waiting(IReadOnlyList<PendingCommand> commands) =>
        [.. commands.Where(command => !command.Answer.IsCompleted)];

    static void Acknowledge(IReadOnlyList<PendingCommand> commands)
    {
        foreach (var command in commands)
            command.Acknowledge();
    }

    static void Fail(IReadOnlyList<PendingCommand> commands, Exception reason)
    {
        foreach (var command in commands)
            command.Fail(reason);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A batch of {Count} commands failed")]
    partial void LogBatchFailed(Exception error, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "A {Command} command failed alone")]
    partial void LogCommandFailed(Exception error, string? command);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "The connection broke before the commit of {Count} commands was acknowledged; asking the log")]
    partial void LogOutcomeUnknown(Exception error, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database cannot be reached; {Count} commands turned away")]
    partial void LogUnreachable(Exception error, int count);
}

/// <summary>How a transaction ended, as far as its sender knows.</summary>
enum CommitOutcome
{
    /// <summary>Durable.</summary>
    Committed,

    /// <summary>The database said no; nothing of it is there.</summary>
    RolledBack,

    /// <summary>The database takes no writes: it has become a standby, or soon will be none any more.</summary>
    NotPrimary,

    /// <summary>The connection broke first. It may be there, or may yet come.</summary>
    Unknown,
}

/// <summary>Tells a database that says no from one that cannot be heard.</summary>
static class Failure
{
    /// <summary>
    /// Whether a connection, and not a statement, failed. FATAL means that the session ended, so
    /// what became of its transaction is not known.
    /// </summary>
    public static bool IsConnection(Exception error) => error switch
    {
        PostgresException { InvariantSeverity: "FATAL" or "PANIC" } => true,
        PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } => true,
        PostgresException => false,
        NpgsqlException or IOException or TimeoutException or ObjectDisposedException => true,
        System.Net.Sockets.SocketException => true,
        _ => false,
    };
}
