using System.Data;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;
using Sessions.Domain;
using Sessions.Projections.Verification;
using Sessions.Storage;
using Sessions.Storage.Streams;

namespace Sessions.Projections.Drift;

/// <summary>How often and how much is replayed; configuration <c>DriftWatch:*</c>.</summary>
public sealed record DriftWatchOptions
{
    /// <summary>How often the nodes together replay a sample.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many sessions, and how many rows of the list, a sample has.</summary>
    public int SampleSize { get; init; } = 500;

    /// <summary>How many events they may have together, as their rows say. A session that has more is a sample of its own.</summary>
    public int SampleEvents { get; init; } = 20_000;
}

/// <summary>A session of which something is stored that its events do not lead to.</summary>
/// <param name="Address">The session.</param>
/// <param name="Kind">What differs.</param>
/// <param name="Says">How, in a sentence.</param>
/// <param name="FoundAt">Since when that is known.</param>
public sealed record DriftFinding(SessionAddress Address, string Kind, string Says, DateTimeOffset FoundAt);

/// <summary>How far the watch has come.</summary>
/// <param name="CheckedAt">When a sample was replayed last, or null if never.</param>
/// <param name="Silence">How long ago that was, or how long the store has been there if never, by the database's clock.</param>
/// <param name="Rounds">How often it has visited all sessions.</param>
/// <param name="Sessions">How many sessions it has replayed.</param>
/// <param name="Findings">How many differences stand.</param>
/// <param name="Oldest">The oldest of them, some at most.</param>
public sealed record DriftReport(
    DateTimeOffset? CheckedAt, TimeSpan Silence, long Rounds, long Sessions, long Findings, IReadOnlyList<DriftFinding> Oldest);

/// <summary>
/// Replays a sample of sessions, all the time, and compares what is stored of them: no measure of lag says that
/// a read model is right. It walks round all sessions; how far it is stands in the database, so the nodes share
/// the walk. What it found is looked at again each time, and forgotten when it is mended.
/// </summary>
/// <remarks>
/// A turn writes at its end only: with the first write its transaction gets its id, and whoever follows the log
/// waits for all that have one.
/// </remarks>
public sealed partial class DriftWatch(
    NpgsqlDataSource database, DriftWatchOptions options, ILogger<DriftWatch> log)
{
    /// <summary>The longest that a turn takes on top of the interval between two; who says nothing for longer has failed.</summary>
    static readonly TimeSpan TurnMax = TimeSpan.FromMinutes(5);

    /// <summary>How many findings are told one by one.</summary>
    const int ToldMax = 20;

    static readonly string FindNext = Sql.Read("find_drift_turn");
    static readonly string Move = Sql.Read("move_drift_watch");
    static readonly string KeepFindings = Sql.Read("keep_drift");
    static readonly string Find = Sql.Read("find_drift");

    /// <summary>Replays the next sample; false when it is too early, or another node is at it.</summary>
    public async Task<bool> RunOnce(CancellationToken cancellation)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellation);
            await using var moment = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
            if (!await Alone.Begin(connection, "drift watch", cancellation) || await FindTurn(connection, cancellation) is not { } turn)
                return false;

            var next = await StoredSessions.After(
                connection, turn.Session, options.SampleSize, options.SampleEvents, cancellation);
            var (listed, unfounded) = await ListWalk.After(connection, turn.Listed, options.SampleSize, cancellation);
            SessionAddress[] sample = [.. next.Sessions.Concat(unfounded).Concat(turn.Standing).Distinct()];
            var found = new List<Difference>();
            await ReplayCheck.Check(connection, sample, found.Add, cancellation);
            await Keep(connection, sample, [.. found.DistinctBy(one => (one.Session, one.Owner, one.Kind))], cancellation);
            await MoveOn(connection, next, listed, cancellation);
            await moment.CommitAsync(cancellation);
            return true;
        }
        catch (PostgresException overtaken) when (overtaken.SqlState == PostgresErrorCodes.SerializationFailure)
        {
            // Another node took the turn in this moment.
            return false;
        }
    }

    /// <summary>Whether it has not come round for so long that it must be failing, on each node that runs.</summary>
    public bool IsSilent(DriftReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return report.Silence > options.Interval + TurnMax;
    }

    /// <summary>What stands.</summary>
    public Task<DriftReport> Look(CancellationToken cancellation) => Look(database, cancellation);

    /// <summary>What stands in a database.</summary>
    public static async Task<DriftReport> Look(NpgsqlDataSource database, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(database);
        await using var command = database.CreateCommand(Find).With(NpgsqlDbType.Integer, ToldMax);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var report = new DriftReport(CheckedAt: null, Silence: TimeSpan.Zero, Rounds: 0, Sessions: 0, Findings: 0, Oldest: []);
        var oldest = new List<DriftFinding>();
        while (await reader.ReadAsync(cancellation))
        {
            report = new DriftReport(
                await reader.IsDBNullAsync(0, cancellation) ? null : reader.GetFieldValue<DateTimeOffset>(0),
                reader.GetFieldValue<TimeSpan>(4),
                reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), oldest);
            if (!await reader.IsDBNullAsync(5, cancellation))
            {
                oldest.Add(new DriftFinding(
                    new SessionAddress(new SessionId(reader.GetGuid(5)), reader.GetString(6)),
                    reader.GetString(7), reader.GetString(8), reader.GetFieldValue<DateTimeOffset>(9)));
            }
        }

        return report;
    }

    async Task<Turn?> FindTurn(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(FindNext, connection)
            .With(NpgsqlDbType.Interval, options.Interval)
            .With(NpgsqlDbType.Integer, options.SampleSize);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation))
            return null;
        var (ids, owners) = (reader.GetFieldValue<Guid[]>(4), reader.GetFieldValue<string[]>(5));
        return new Turn(
            new SessionAddress(new SessionId(reader.GetGuid(0)), reader.GetString(1)),
            new SessionAddress(new SessionId(reader.GetGuid(2)), reader.GetString(3)),
            [.. ids.Zip(owners, (id, owner) => new SessionAddress(new SessionId(id), owner))]);
    }

    /// <summary>Findings of the sample as they are now: new ones, standing ones, and none where it was mended.</summary>
    async Task Keep(
        NpgsqlConnection connection, SessionAddress[] sample, Difference[] found, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(KeepFindings)
            .WithAddresses(sample)
            .WithArray(NpgsqlDbType.Uuid, Array.ConvertAll(found, one => one.Session!.Value))
            .WithArray(NpgsqlDbType.Text, Array.ConvertAll(found, one => one.Owner!))
            .WithArray(NpgsqlDbType.Text, Array.ConvertAll(found, one => one.Kind.ToString()))
            .WithArray(NpgsqlDbType.Text, Array.ConvertAll(found, one => one.Says.Replace('\0', ' ')));
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            LogFound(reader.GetGuid(0), reader.GetString(1), reader.GetString(2));
    }

    async Task MoveOn(
        NpgsqlConnection connection, SessionPage page, List<SessionAddress> listed, CancellationToken cancellation)
    {
        var (session, list) = (page.IsLast ? default : page.Sessions[^1], listed.Count < options.SampleSize ? default : listed[^1]);
        await using var command = new NpgsqlCommand(Move, connection)
            .With(NpgsqlDbType.Uuid, session.Id.Value)
            .With(NpgsqlDbType.Text, session.Owner ?? "")
            .With(NpgsqlDbType.Uuid, list.Id.Value)
            .With(NpgsqlDbType.Text, list.Owner ?? "")
            .With(NpgsqlDbType.Bigint, page.IsLast ? 1L : 0L)
            .With(NpgsqlDbType.Bigint, (long)page.Sessions.Count);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Where the walk goes on, and what is to be looked at again.</summary>
    sealed record Turn(SessionAddress Session, SessionAddress Listed, IReadOnlyList<SessionAddress> Standing);

    [LoggerMessage(Level = LogLevel.Error, Message = "Drift in session {Session}, {Kind}: {Says}")]
    partial void LogFound(Guid session, string kind, string says);
}
