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

    /// <summary>The folder of PostgreSQL's programs, as the running server reports it.</summary>
    public string Programs { get; private set; } = "";

    public static async Task<Cluster> Start(string folder, CancellationToken cancellation)
    {
        // Not cancelable: only a server that is known to have started can be stopped.
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

    /// <summary>Writes all dirty pages to disk, so that the server's and pgbench's runs begin alike.</summary>
    public Task Checkpoint(CancellationToken cancellation) => Execute("checkpoint", cancellation);

    /// <summary>Vacuums and analyzes both databases, so that autovacuum does not start during the next run.</summary>
    public async Task Vacuum(CancellationToken cancellation)
    {
        foreach (var database in new[] { Served, Bare })
        {
            await using var vacuum = database.CreateCommand("vacuum analyze");
            vacuum.CommandTimeout = 0;
            await vacuum.ExecuteNonQueryAsync(cancellation);
        }
    }

    /// <summary>Turns autovacuum on, as by default, or off.</summary>
    public async Task SetAutovacuum(bool on, CancellationToken cancellation)
    {
        await Execute($"alter system set autovacuum = {(on ? "on" : "off")}", cancellation);
        await Execute("select pg_reload_conf()", cancellation);
    }

    /// <summary>How pgbench reaches its database: by loopback TCP and with the plan settings of the server.</summary>
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
                ["PGOPTIONS"] = "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c jit=off",
            };
        }
    }

    string To(string database) =>
        new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Database = database }.ConnectionString;

    static Task Migrate(NpgsqlDataSource database, CancellationToken cancellation) =>
        new Migrator(
            database, [typeof(EventStore).Assembly, typeof(SessionList).Assembly], NullLogger<Migrator>.Instance)
            .Migrate(cancellation);

    /// <summary>Stops a cluster whose start did not complete.</summary>
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
