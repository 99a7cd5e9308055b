using System.Reflection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Sessions.Projections.Drift;
using Sessions.Projections.Following;
using Sessions.Projections.Seals;
using Sessions.Projections.Verification;
using Sessions.Storage;
using Sessions.Storage.Log;
using Sessions.Storage.Schedule;
using Sessions.Storage.Streams;

namespace Sessions.Projections.Status;

/// <summary>A node that has connections to the database.</summary>
/// <param name="Name">What the node calls itself there.</param>
/// <param name="Connections">How many it has.</param>
public sealed record ConnectedNode(string Name, int Connections);

/// <summary>The state of a store, as far as its database can tell.</summary>
/// <param name="MissingMigrations">Migrations that this program has and the database lacks.</param>
/// <param name="Nodes">The connected nodes.</param>
/// <param name="LogHead">The newest event's place, or null if there is none.</param>
/// <param name="Followers">How far each follower of the log is behind.</param>
/// <param name="Blockers">Transactions that hold the log's readers back.</param>
/// <param name="DeadLetters">How many messages were given up.</param>
/// <param name="Drift">What the drift watch has found.</param>
/// <param name="Seal">The newest seal, or null if there is none.</param>
/// <param name="SealedAt">When it was made.</param>
public sealed record StoreStatus(
    IReadOnlyList<string> MissingMigrations,
    IReadOnlyList<ConnectedNode> Nodes,
    LogPosition? LogHead,
    IReadOnlyList<FollowerLag> Followers,
    IReadOnlyList<LogBlocker> Blockers,
    long DeadLetters,
    DriftReport? Drift,
    SealHead? Seal,
    DateTimeOffset? SealedAt)
{
    /// <summary>A follower further behind than this has failed.</summary>
    public static readonly TimeSpan LagMax = TimeSpan.FromMinutes(1);

    /// <summary>A transaction open longer than this stalls the log's readers noticeably.</summary>
    public static readonly TimeSpan StallAge = TimeSpan.FromSeconds(10);

    /// <summary>The assemblies whose migrations make a store.</summary>
    public static IReadOnlyList<Assembly> Assemblies { get; } = [typeof(EventStore).Assembly, typeof(StoreStatus).Assembly];

    /// <summary>Whether nothing needs attention.</summary>
    public bool IsWhole => MissingMigrations.Count == 0 && AreWhole(Blockers, Followers, DeadLetters, Drift);

    /// <summary>Whether none of these needs attention.</summary>
    public static bool AreWhole(
        IReadOnlyList<LogBlocker> blockers, IReadOnlyList<FollowerLag> followers, long? deadLetters, DriftReport? drift) =>
        blockers.Count == 0 && deadLetters is 0 && drift is { Findings: 0 } && followers.All(lag => lag.Behind < LagMax && !lag.IsAstray);

    /// <summary>Reads the state. If migrations are missing, it reads nothing else.</summary>
    public static async Task<StoreStatus> Look(NpgsqlDataSource database, SealOptions seals, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(seals);
        var missing = await new Migrator(database, Assemblies, NullLogger<Migrator>.Instance).FindMissing(cancellation);
        if (missing.Count > 0)
            return new StoreStatus(missing, [], null, [], [], 0, null, null, null);

        await using var connection = await database.OpenConnectionAsync(cancellation);
        var followers = await ReadAll(
            connection, Sql.ListFollowers, reader => reader.GetString(0) is var name && name == Sealer.FollowerName
                ? (name, seals.Interval)
                : (name, TimeSpan.Zero), cancellation);
        var heads = await ReadAll(
            connection, Sql.FindLogHead,
            reader => new LogPosition(reader.GetInt32(0), reader.GetFieldValue<ulong>(1), reader.GetInt64(2)), cancellation);
        var (seal, _) = await SealRows.FindNewest(connection, cancellation);
        return new StoreStatus(
            missing,
            await ReadAll(connection, Sql.FindNodes, reader => new ConnectedNode(reader.GetString(0), (int)reader.GetInt64(1)), cancellation),
            heads is [var head] ? head : null,
            await FollowerLag.Find(connection, [.. followers], cancellation),
            await new EventLog(database).FindBlockers(StallAge, cancellation),
            await new DeadLetters(database).Count(cancellation),
            await DriftWatch.Look(database, cancellation),
            seal.Number == 0 ? null : new SealHead(seal.Number, Convert.ToHexStringLower(seal.Hash.Span)),
            seal.Number == 0 ? null : seal.SealedAt);
    }

    static async Task<List<T>> ReadAll<T>(
        NpgsqlConnection connection, string statement, Func<NpgsqlDataReader, T> read, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(statement, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellation))
            rows.Add(read(reader));
        return rows;
    }
}
