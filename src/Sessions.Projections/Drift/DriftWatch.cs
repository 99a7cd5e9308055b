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

    /// <summary>How many events its sessions have, by their rows. A session with more is a sample of its own.</summary>
    public int SampleEvents { get; init; } = 20_000;
}

/// <summary>A session with stored data that does not match its events.</summary>
/// <param name="Address">The session.</param>
/// <param name="Kind">What differs.</param>
/// <param name="Says">How, in a sentence.</param>
/// <param name="FoundAt">When the watch found it.</param>
public sealed record DriftFinding(SessionAddress Address, string Kind, string Says, DateTimeOffset FoundAt);

/// <summary>How far the watch has come.</summary>
/// <param name="CheckedAt">When a sample was replayed last, or null if never.</param>
/// <param name="Silence">How long ago that was, by the database's clock; if never, since its newest epoch began.</param>
/// <param name="Rounds">How often it has visited all sessions.</param>
/// <param name="Sessions">How many sessions it has replayed.</param>
/// <param name="Findings">How many differences are open.</param>
/// <param name="Oldest">The oldest of them, up to a limit.</param>
public sealed record DriftReport(
    DateTimeOffset? CheckedAt, TimeSpan Silence, long Rounds, long Sessions, long Findings, IReadOnlyList<DriftFinding> Oldest);

/// <summary>
/// Replays samples of sessions, all the time, and compares what is stored of them: no measure of lag proves that
/// a read model is right. It walks all sessions in rounds, and its position is in the database, so the nodes share
/// the walk. Each turn checks the open findings again, and removes those that were repaired.
/// </summary>
/// <remarks>
/// A turn writes only at its end: the first write gives its transaction an id, and followers of the log wait for
/// all open transactions that have one.
/// </remarks>
public sealed partial class DriftWatch(
    NpgsqlDataSource database, DriftWatchOptions options, ILogger<DriftWatch> log)
{
    /// <summary>The longest that a turn takes beyond the interval. A watch that is silent for longer has failed.</summary>
    static readonly TimeSpan TurnMax = TimeSpan.FromMinutes(5);

    /// <summary>How many findings a report lists one by one.</summary>
    const int ToldMax = 20;

    /// <summary>Replays the next sample; false if it is too early, or another node does it.</summary>
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
            // Another node took the turn at the same time.
            return false;
        }
    }

    /// <summary>Whether no turn has succeeded for so long that the watch must be failing on every node.</summary>
    public bool IsSilent(DriftReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return report.Silence > options.Interval + TurnMax;
    }

    /// <summary>How far the watch is, and its open findings.</summary>
    public Task<DriftReport> Look(CancellationToken cancellation) => Look(database, cancellation);

    /// <summary>The same for a given database.</summary>
    public static async Task<DriftReport> Look(NpgsqlDataSource database, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(database);
        await using var command = database.CreateCommand(Sql.FindDrift).With(NpgsqlDbType.Integer, ToldMax);
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
        await using var command = new NpgsqlCommand(Sql.FindDriftTurn, connection)
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

    /// <summary>Writes the sample's findings: adds new ones, keeps those still open, and removes repaired ones.</summary>
    async Task Keep(
        NpgsqlConnection connection, SessionAddress[] sample, Difference[] found, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(Sql.KeepDrift)
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
        await using var command = new NpgsqlCommand(Sql.MoveDriftWatch, connection)
            .With(NpgsqlDbType.Uuid, session.Id.Value)
            .With(NpgsqlDbType.Text, session.Owner ?? "")
            .With(NpgsqlDbType.Uuid, list.Id.Value)
            .With(NpgsqlDbType.Text, list.Owner ?? "")
            .With(NpgsqlDbType.Bigint, page.IsLast ? 1L : 0L)
            .With(NpgsqlDbType.Bigint, (long)page.Sessions.Count);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Where the walk goes on, and which sessions have open findings to check again.</summary>
    sealed record Turn(SessionAddress Session, SessionAddress Listed, IReadOnlyList<SessionAddress> Standing);

    [LoggerMessage(Level = LogLevel.Error, Message = "Drift in session {Session}, {Kind}: {Says}")]
    partial void LogFound(Guid session, string kind, string says);
}
