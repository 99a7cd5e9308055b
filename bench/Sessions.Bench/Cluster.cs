using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Sessions.Projections;
using Sessions.Storage;
using Sessions.Storage.Local;
using Sessions.Storage.Streams;

namespace Sessions.Bench;

/// <summary>
/// A private PostgreSQL with its default settings and two databases of the same schema: one for the
/// server, one for pgbench.
/// </summary>
internal sealed class Cluster : IAsyncDisposable
{
    /// <summary>The server's database, by name.</summary>
    public const string ServedName = "served";

    const string BareName = "bare";

    readonly LocalPostgres postgres;
    readonly NpgsqlDataSource control;
    readonly string data;

    Cluster(LocalPostgres postgres, string folder)
    {
        this.postgres = postgres;
        control = NpgsqlDataSource.Create(postgres.ConnectionString);
        Served = Sessions.Storage.Database.Open(To(ServedName));
        Bare = Sessions.Storage.Database.Open(To(BareName));
        data = Path.Combine(folder, "data");
    }

    /// <summary>The server's database.</summary>
    public NpgsqlDataSource Served { get; }

    /// <summary>How the server reaches its database.</summary>
    public string ServedConnectionString => To(ServedName);

    /// <summary>pgbench's database: tables and indexes from the same migrations.</summary>
    public NpgsqlDataSource Bare { get; }

    /// <summary>Where the write-ahead log is.</summary>
    public string LogFolder => Path.Combine(data, "pg_wal");

    /// <summary>How long PostgreSQL's processes have been on a processor.</summary>
    public TimeSpan ProcessorTime =>
        Bench.ProcessorTime.OfTree(int.Parse(
            File.ReadLines(Path.Combine(data, "postmaster.pid")).First(), CultureInfo.InvariantCulture));

    /// <summary>Where PostgreSQL's programs are, as the running server says.</summary>
    public string Programs { get; private set; } = "";

    public static async Task<Cluster> Start(string folder, CancellationToken cancellation)
    {
        // Not to be given up half-way: what is started must be known, to be stopped.
        var cluster = new Cluster(
            await LocalPostgres.Start(folder, settings: null, CancellationToken.None), folder);
        try
        {
            await cluster.Execute($"create database {ServedName}", cancellation);
            await cluster.Execute($"create database {BareName}", cancellation);
            await Migrate(cluster.Served, cancellation);
            await Migrate(cluster.Bare, cancellation);
            cluster.Programs = await cluster.Ask<string>(
                "select setting from pg_config where name = 'BINDIR'", cancellation);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a statement from outside both databases, so that it counts in neither.</summary>
    public async Task Execute(string sql, CancellationToken cancellation)
    {
        await using var command = control.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Asks for one value, likewise from outside.</summary>
    public async Task<T> Ask<T>(string sql, CancellationToken cancellation)
    {
        await using var command = control.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>All dirty pages to disk: each run begins from the same state, the server's and pgbench's.</summary>
    public Task Checkpoint(CancellationToken cancellation) => Execute("checkpoint", cancellation);

    /// <summary>Cleans both databases up, so that PostgreSQL does not choose to do so in the next moment.</summary>
    public async Task Vacuum(CancellationToken cancellation)
    {
        foreach (var database in new[] { Served, Bare })
        {
            await using var vacuum = database.CreateCommand("vacuum analyze");
            vacuum.CommandTimeout = 0;
            await vacuum.ExecuteNonQueryAsync(cancellation);
        }
    }

    /// <summary>Lets PostgreSQL clean up by itself, as it comes, or not.</summary>
    public async Task SetAutovacuum(bool on, CancellationToken cancellation)
    {
        await Execute($"alter system set autovacuum = {(on ? "on" : "off")}", cancellation);
        await Execute("select pg_reload_conf()", cancellation);
    }

    /// <summary>pgbench's way to its database: the same loopback TCP as the server's, and the same settings for plans.</summary>
    public IReadOnlyDictionary<string, string> BareEnvironment
    {
        get
        {
            var settings = new NpgsqlConnectionStringBuilder(postgres.ConnectionString);
            return new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["PGHOST"] = settings.Host!,
                ["PGPORT"] = settings.Port.ToString(CultureInfo.InvariantCulture),
                ["PGUSER"] = settings.Username!,
                ["PGPASSWORD"] = settings.Password!,
                ["PGDATABASE"] = BareName,
                ["PGOPTIONS"] = "-c plan_cache_mode=force_generic_plan -c jit=off",
            };
        }
    }

    string To(string database) =>
        new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Database = database }.ConnectionString;

    static Task Migrate(NpgsqlDataSource database, CancellationToken cancellation) =>
        new Migrator(
            database, [typeof(EventStore).Assembly, typeof(SessionList).Assembly], NullLogger<Migrator>.Instance)
            .Migrate(cancellation);

    /// <summary>Stops a cluster whose start did not come to its end.</summary>
    public static async Task StopLeftover(string folder)
    {
        if (File.Exists(Path.Combine(folder, "data", "postmaster.pid")))
            await (await LocalPostgres.Start(folder, settings: null, CancellationToken.None)).DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Served.DisposeAsync();
        await Bare.DisposeAsync();
        await control.DisposeAsync();
        await postgres.DisposeAsync();
    }
}
