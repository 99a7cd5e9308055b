using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;
using Sessions.Domain;
using Sessions.Storage.Commands;
using Sessions.Storage.Log;
using Sessions.Storage.Streams;

namespace Sessions.Storage.Schedule;

/// <summary>How the schedule works; configuration <c>Schedule:*</c>.</summary>
public sealed record ScheduleOptions
{
    /// <summary>How many messages a pass takes at most.</summary>
    public int BatchLimit { get; init; } = 500;

    /// <summary>How many passes a node makes at once while more is due than they take.</summary>
    /// <value>
    /// Two: one alone leaves a fifth of two processors idle. With two, a storm of due messages is over sooner, and
    /// callers get less of the processors until then. Each pass has a connection of its own.
    /// </value>
    public int PassesMax { get; init; } = 2;

    /// <summary>The longest sleep between passes.</summary>
    public TimeSpan SleepMax { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often a message may fail before it is given up.</summary>
    public int AttemptsMax { get; init; } = 8;

    /// <summary>How long a failed message pauses; doubles with each attempt.</summary>
    public TimeSpan Backoff { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest such pause.</summary>
    public TimeSpan BackoffMax { get; init; } = TimeSpan.FromMinutes(5);
}

/// <summary>What one pass over the due messages did.</summary>
/// <param name="Taken">Messages that were due and not locked by others.</param>
/// <param name="Ended">Of these, those that expired or removed their session; the rest failed or found it renewed.</param>
/// <param name="Failed">Of these, those that were put aside.</param>
/// <param name="More">Whether more may be due at this moment.</param>
/// <param name="NextDueIn">How long until the next message; null if there is none, or if more may be due now.</param>
public sealed record SchedulePass(int Taken, int Ended, int Failed, bool More, TimeSpan? NextDueIn);

/// <summary>
/// Carries out due messages. Every node runs passes and none leads: a pass takes messages together with their streams,
/// skips what others have locked, and commits claim and work in one transaction.
/// </summary>
public sealed partial class ScheduledMessages(
    NpgsqlDataSource database,
    LeasePolicy policy,
    ScheduleOptions options,
    InlineProjection project,
    ILogger<ScheduledMessages> log,
    string node)
{
    readonly Provenance system = new("schedule", Node: node);

    /// <summary>
    /// One pass: takes what is due, oldest first, up to the batch limit. A batch that cannot be written is halved until
    /// the culprit is alone and is put aside. A pass never has more than one connection: others need the pool.
    /// </summary>
    public async Task<SchedulePass> RunOnce(CancellationToken cancellation)
    {
        var limit = options.BatchLimit;
        while (true)
        {
            var due = new List<DueRow>();
            try
            {
                return await Pass(due, limit, cancellation);
            }
            catch (Exception refused) when (IsOfMessages(refused) && due.Count > 1)
            {
                limit = due.Count / 2;
            }
            catch (Exception refused) when (IsOfMessages(refused) && due.Count == 1)
            {
                await PutAside(due[0], refused, cancellation);
                return new SchedulePass(Taken: 1, Ended: 0, Failed: 1, More: true, NextDueIn: null);
            }
        }
    }

    /// <summary>
    /// Whether a message is to blame, whether the database or this program rejects it. An error that is not caught as
    /// such stops the whole schedule, pass after pass.
    /// </summary>
    static bool IsOfMessages(Exception error) => error is not OperationCanceledException && !Failure.IsOfDatabase(error);

    /// <summary>
    /// Takes messages into <paramref name="due"/>, carries them out, and commits both in one transaction.
    /// </summary>
    async Task<SchedulePass> Pass(List<DueRow> due, int limit, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var now = await Take(connection, due, limit, cancellation);
        var decided = new List<StreamChange>(due.Count);
        var failed = new List<(DueRow Message, Exception Error)>();
        foreach (var message in due)
        {
            try
            {
                decided.Add(await Decide(connection, message, now));
            }
            catch (Exception error) when (IsOfMessages(error))
            {
                failed.Add((message, error));
            }
        }

        var next = await Write(connection, decided, failed, asksNext: due.Count < limit, cancellation);
        await transaction.CommitAsync(cancellation);
        Record(due, decided, now);
        Tell(failed);
        return new SchedulePass(
            due.Count, decided.Count(change => change.Events.Count > 0), failed.Count, due.Count == limit, next);
    }

    static async Task<DateTimeOffset> Take(
        NpgsqlConnection connection, List<DueRow> due, int limit, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(Sql.KeepToIndexes);
        batch.Add(Sql.TakeDueMessages).With(NpgsqlDbType.Integer, limit);
        batch.Add(Sql.Now);
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await reader.NextResultAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var outdated = reader.GetInt16(5) != SnapshotJson.Schema;
            due.Add(new DueRow(
                new SessionAddress(new SessionId(reader.GetGuid(0)), reader.GetString(1)),
                MessageBatch.KindOf(reader.GetString(2)),
                reader.GetInt16(3),
                reader.GetInt32(4),
                outdated ? null : reader.GetFieldValue<byte[]>(6),
                outdated ? null : reader.GetFieldValue<byte[]>(7),
                reader.GetFieldValue<DateTimeOffset>(8)));
        }

        await reader.NextResultAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return reader.GetFieldValue<DateTimeOffset>(0);
    }

    async Task<StreamChange> Decide(NpgsqlConnection connection, DueRow message, DateTimeOffset now)
    {
        // A message with a damaged snapshot is put aside: folding many such streams, one after another, would hold up all
        // the other messages.
        var stream = message.Snapshot is null
            ? await StreamRows.Fold(connection, message.Address)
            : new StreamChange(message.Address, message.Version, SnapshotJson.Read(
                message.Address.Owner, message.Snapshot, message.Origin!));
        stream.Decide(DueMessage.CommandOf(message.Kind), Guid.CreateVersion7(), system, now, policy);
        return stream;
    }

    /// <summary>Writes everything in one round trip, and queries the next due time if this was the last batch.</summary>
    async Task<TimeSpan?> Write(
        NpgsqlConnection connection,
        List<StreamChange> decided,
        List<(DueRow Message, Exception Error)> failed,
        bool asksNext,
        CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Append(decided, policy, project, reschedule: true);
        AddFailures(batch, failed);
        if (asksNext)
            batch.Add(Sql.NextDue);
        if (batch.BatchCommands.Count == 0)
            return null;

        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        while (reader.FieldCount == 0 && await reader.NextResultAsync(cancellation))
        {
        }

        return asksNext && await reader.ReadAsync(cancellation) && !await reader.IsDBNullAsync(0, cancellation)
            ? reader.GetFieldValue<TimeSpan>(0)
            : null;
    }

    void Record(List<DueRow> due, List<StreamChange> decided, DateTimeOffset now)
    {
        StorageMetrics.RecordPass(due is [var oldest, ..] ? now - oldest.DueAt : TimeSpan.Zero);
        foreach (var ended in decided.Where(change => change.Events.Count > 0))
        {
            if (DueMessage.Of(ended.Stored, policy) is { } promised)
                StorageMetrics.RecordLag(now - promised.At);
        }
    }

    async Task PutAside(DueRow message, Exception error, CancellationToken cancellation)
    {
        await using var batch = database.CreateBatch();
        List<(DueRow Message, Exception Error)> failed = [(message, error)];
        AddFailures(batch, failed);
        await batch.ExecuteNonQueryAsync(cancellation);
        Tell(failed);
    }

    /// <summary>Two statements write all failures, so that many of them do not hold up the other messages.</summary>
    void AddFailures(NpgsqlBatch batch, List<(DueRow Message, Exception Error)> failed)
    {
        if (failed.Count == 0)
            return;

        batch.Add(Sql.FailMessages)
            .WithAddresses(failed, failure => failure.Message.Address)
            .WithArray(NpgsqlDbType.Smallint, failed.Select(failure => failure.Message.Attempts).ToArray())
            .WithArray(NpgsqlDbType.TimestampTz, failed.Select(failure => failure.Message.DueAt).ToArray())
            .WithArray(NpgsqlDbType.Text, failed.Select(failure => TextOf(failure.Error)).ToArray())
            .With(NpgsqlDbType.Integer, options.AttemptsMax)
            .With(NpgsqlDbType.Interval, options.Backoff)
            .With(NpgsqlDbType.Interval, options.BackoffMax);
        batch.Add(Sql.BuryMessages)
            .WithAddresses(failed, failure => failure.Message.Address)
            .With(NpgsqlDbType.Integer, options.AttemptsMax);
    }

    /// <summary>
    /// The text of a failure for the message's row, without the one character that PostgreSQL cannot store.
    /// </summary>
    static string TextOf(Exception error) => $"{error.GetType().Name}: {error.Message}".Replace('\0', ' ');

    /// <summary>Logs one line per pass; each message's row keeps its own error.</summary>
    void Tell(List<(DueRow Message, Exception Error)> failed)
    {
        if (failed is not [var (first, error), ..])
            return;
        StorageMetrics.RecordFailures(failed.Count);
        LogMessagesFailed(error, failed.Count, first.Address.Id.Value);
    }

    /// <summary>A due message with its stream's row, not parsed yet: parsing may be what fails.</summary>
    sealed record DueRow(SessionAddress Address, DueKind Kind, short Attempts, int Version, byte[]? Snapshot, byte[]? Origin, DateTimeOffset DueAt);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Count} scheduled messages failed; the first is that of session {Session}")]
    partial void LogMessagesFailed(Exception error, int count, Guid session);
}
