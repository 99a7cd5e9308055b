using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Npgsql;
using Sessions.Storage.Local;

namespace Sessions.Faults.Arenas;

/// <summary>
/// One PostgreSQL server of a run, which keeps its port and its data through stops, starts and promotions.
/// </summary>
sealed class Postgres : IAsyncDisposable
{
    const string User = "sessions";

    /// <summary>How long this process waits at its end for a server, which kills its children 5 s after SIGQUIT.</summary>
    static readonly TimeSpan EndMax = TimeSpan.FromSeconds(10);

    readonly PostgresPrograms programs;
    readonly string data;
    readonly string log;
    readonly IDisposable leftover;
    readonly Lock gate = new();
    Task starting = Task.CompletedTask;
    bool isUndone;

    Postgres(PostgresPrograms programs, string folder, string data, int port, string password)
    {
        (this.programs, this.data, log, Port) = (programs, data, Path.Combine(folder, "postgresql.log"), port);
        ConnectionString = new NpgsqlConnectionStringBuilder
        {
            Host = IPAddress.Loopback.ToString(),
            Port = port,
            Username = User,
            Password = password,
            Database = "postgres",
        }.ConnectionString;
        leftover = Leftovers.Undo(Kill);
    }

    public string ConnectionString { get; }

    public int Port { get; }

    /// <summary>Creates a cluster and starts it.</summary>
    /// <param name="folder">The run's folder, which PostgreSQL's account gets.</param>
    /// <param name="data">The folder for the data; does not exist, or is empty.</param>
    /// <param name="settings">More settings, as <c>postgresql.conf</c> has them.</param>
    public static async Task<Postgres> Create(string folder, string data, params string[] settings)
    {
        var found = PostgresPrograms.Find(folder);
        var password = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var passwordFile = Path.Combine(folder, "password");
        await File.WriteAllTextAsync(passwordFile, password);
        await found.Give(folder);
        // The write-ahead log is outside the data folder, so that a cell can fill the disk of the data alone.
        await found.Require(
            "initdb",
            ["-D", data, "-X", Path.Combine(folder, "wal"), "-U", User, "--auth=scram-sha-256", "--pwfile=" + passwordFile, "-E", "UTF8", "--no-locale", "--no-sync"]);
        var port = FreePort();
        await File.AppendAllLinesAsync(
            Path.Combine(data, "postgresql.conf"),
            [$"port = {port}", "listen_addresses = '127.0.0.1'", "unix_socket_directories = ''", "max_connections = 60", .. settings]);
        var created = new Postgres(found, folder, data, port, password);
        await created.Start();
        return created;
    }

    /// <summary>Creates a standby that follows this server, and starts it.</summary>
    public async Task<Postgres> AddStandby(string folder, string standbyData)
    {
        var settings = new NpgsqlConnectionStringBuilder(ConnectionString);
        await programs.Require(
            "pg_basebackup",
            ["-D", standbyData, "-d", ConnectionInfo(settings.Password!), "-R", "-X", "stream", "-c", "fast", "--no-sync"]);
        var port = FreePort();
        await File.AppendAllLinesAsync(Path.Combine(standbyData, "postgresql.conf"), [$"port = {port}"]);
        var standby = new Postgres(programs, folder, standbyData, port, settings.Password!);
        await standby.Start();
        return standby;
    }

    /// <summary>Makes a standby follow another server, which is necessary after a promotion.</summary>
    public async Task Follow(Postgres primary)
    {
        var password = new NpgsqlConnectionStringBuilder(ConnectionString).Password!;
        await this.Run($"alter system set primary_conninfo = '{primary.ConnectionInfo(password)}'");
        await this.Run("select pg_reload_conf()");
    }

    public Task Start()
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(isUndone, this);
            return starting = programs.Require("pg_ctl", ["start", "-w", "-t", "120", "-D", data, "-l", log]);
        }
    }

    /// <summary>Stops it. <c>immediate</c> is like a crash: nothing is finished or flushed.</summary>
    public Task Stop(string mode) =>
        programs.Require("pg_ctl", ["stop", "-w", "-t", "120", "-m", mode, "-D", data]);

    public Task Promote() =>
        programs.Require("pg_ctl", ["promote", "-w", "-t", "120", "-D", data]);

    /// <summary>Whether the server runs.</summary>
    public async Task<bool> Runs() => await programs.IsRunning(data);

    public async ValueTask DisposeAsync()
    {
        if (await Runs())
            await Stop("immediate");
        leftover.Dispose();
    }

    string ConnectionInfo(string password) =>
        string.Create(CultureInfo.InvariantCulture, $"host=127.0.0.1 port={Port} user={User} password={password}");

    /// <summary>Called when this process ends: waits for a start in progress, then ends the server.</summary>
    void Kill()
    {
        lock (gate)
            isUndone = true;
        // A starting server may have no postmaster.pid yet. Whether its start succeeds does not matter.
        ((IAsyncResult)starting).AsyncWaitHandle.WaitOne(EndMax);
        var note = Path.Combine(data, "postmaster.pid");
        if (!File.Exists(note))
            return;
        var id = File.ReadLines(note).First();
        using var server = Process.GetProcessById(int.Parse(id, CultureInfo.InvariantCulture));
        Process.Start("kill", ["-QUIT", id]).WaitForExit();
        server.WaitForExit(EndMax);
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>Statements that a run executes outside the nodes.</summary>
static class PostgresSentences
{
    public static async Task Run(this Postgres postgres, string statement) => await postgres.Ask<object?>(statement);

    /// <summary>Returns one value of a statement, run on a connection of its own.</summary>
    public static async Task<T?> Ask<T>(this Postgres postgres, string statement)
    {
        await using var connection = new NpgsqlConnection(postgres.ConnectionString + ";Pooling=false;Application Name=driver");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(statement, connection);
        return await command.ExecuteScalarAsync() is { } value and not DBNull ? (T)value : default;
    }
}
