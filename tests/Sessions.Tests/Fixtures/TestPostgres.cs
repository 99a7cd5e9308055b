using System.Diagnostics;
using System.Security.Cryptography;
using Npgsql;
using Sessions.Storage;
using Sessions.Storage.Local;

[assembly: AssemblyFixture(typeof(Sessions.Tests.Fixtures.TestPostgres))]

namespace Sessions.Tests.Fixtures;

/// <summary>
/// The real PostgreSQL of a test run: the one that <c>SESSIONS_TEST_POSTGRES</c> configures, else a private one from
/// the programs on the machine, else a container. Each test, or the fixture that its class shares, gets a database of
/// its own, copied from a migrated template.
/// </summary>
public sealed class TestPostgres : IAsyncLifetime
{
    const string Variable = "SESSIONS_TEST_POSTGRES";

    /// <summary>Durability is tested by other means; here only speed counts.</summary>
    static readonly Dictionary<string, string> Settings = new(StringComparer.Ordinal)
    {
        ["fsync"] = "off",
        ["max_connections"] = "400",
        ["shared_buffers"] = "256MB",
        ["max_prepared_transactions"] = "4",
    };

    readonly string template = "sessions_template_" + RandomNumberGenerator.GetHexString(8, lowercase: true);
    readonly string folder = Path.Combine(Path.GetTempPath(), "sessions-tests-" + RandomNumberGenerator.GetHexString(8));
    readonly List<string> databases = [];
    LocalPostgres? local;
    OpenNeighbour? neighbour;
    string? container;
    string admin = "";
    int number;

    public async ValueTask InitializeAsync()
    {
        admin = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given ? given : await StartOne();
        await Execute($"create database {template}");
        await using var database = Database.Open(ConnectionStringOf(template) + ";Pooling=false");
        await Servers.Migrator(database).Migrate(CancellationToken.None);
        // The template ages while the tests run, but no test's store may appear older than the test.
        await using var stayYoung = database.CreateCommand("update event_store.epochs set began_at = now() + interval '1 day'");
        await stayYoung.ExecuteNonQueryAsync();
        neighbour = new OpenNeighbour(admin);
    }

    /// <summary>Creates a migrated database without data; returns its connection string.</summary>
    public async Task<string> CreateDatabase()
    {
        var name = $"{template}_{Interlocked.Increment(ref number)}";
        await Execute($"create database {name} template {template}");
        lock (databases)
            databases.Add(name);
        return ConnectionStringOf(name);
    }

    /// <summary>Creates a database without anything in it; returns its connection string.</summary>
    public async Task<string> CreateEmptyDatabase()
    {
        var name = $"{template}_{Interlocked.Increment(ref number)}";
        await Execute($"create database {name}");
        lock (databases)
            databases.Add(name);
        return ConnectionStringOf(name);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (neighbour is not null)
                await neighbour.DisposeAsync();
        }
        finally
        {
            await Remove();
        }
    }

    async Task Remove()
    {
        if (local is not null)
        {
            await local.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }
        else if (container is not null)
        {
            await Docker("rm", "--force", container);
        }
        else
        {
            foreach (var name in databases.Append(template))
                await Execute($"drop database if exists {name} with (force)");
        }
    }

    string ConnectionStringOf(string database) =>
        new NpgsqlConnectionStringBuilder(admin) { Database = database, MaxPoolSize = 20 }.ConnectionString;

    async Task Execute(string statement)
    {
        await using var connection = new NpgsqlConnection(admin + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync();
    }

    async Task<string> StartOne()
    {
        try
        {
            local = await LocalPostgres.Start(folder, Settings, CancellationToken.None);
            return local.ConnectionString;
        }
        catch (PostgresMissingException)
        {
            return await StartContainer();
        }
    }

    async Task<string> StartContainer()
    {
        container = (await Docker(
            "run", "--detach", "--publish", "127.0.0.1::5432", "--env", "POSTGRES_PASSWORD=test",
            "postgres:17", "-c", "max_connections=400", "-c", "max_prepared_transactions=4")).Trim();
        var port = (await Docker("port", container, "5432/tcp")).Trim().Split(':')[^1];
        var connectionString = $"Host=127.0.0.1;Port={port};Username=postgres;Password=test;Database=postgres";
        var started = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
                await connection.OpenAsync();
                return connectionString;
            }
            catch (NpgsqlException) when (started.Elapsed < TimeSpan.FromMinutes(1))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200));
            }
        }
    }

    static async Task<string> Docker(params string[] arguments)
    {
        var start = new ProcessStartInfo("docker", arguments) { RedirectStandardOutput = true, UseShellExecute = false };
        using var docker = Process.Start(start)
            ?? throw new InvalidOperationException($"Set {Variable}, or install PostgreSQL or Docker.");
        var output = await docker.StandardOutput.ReadToEndAsync();
        await docker.WaitForExitAsync();
        return docker.ExitCode == 0 ? output : throw new InvalidOperationException($"docker {arguments[0]} failed.");
    }
}
