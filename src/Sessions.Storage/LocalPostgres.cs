using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Npgsql;

namespace Sessions.Storage;

/// <summary>
/// A private PostgreSQL in a folder, run from the programs on the machine: for development, tests
/// and benchmarks. It outlives a killed owner, and the next one takes it over.
/// </summary>
public sealed class LocalPostgres : IAsyncDisposable
{
    const string User = "sessions";

    /// <summary>How long a server that runs may take until it answers.</summary>
    static readonly TimeSpan TakeoverMax = TimeSpan.FromMinutes(1);

    static readonly TimeSpan TakeoverPause = TimeSpan.FromMilliseconds(100);

    readonly PostgresPrograms programs;
    readonly string folder;
    readonly FileStream? ownership;

    LocalPostgres(PostgresPrograms programs, string folder, int port, string password, FileStream? ownership)
    {
        this.programs = programs;
        this.folder = folder;
        this.ownership = ownership;
        ConnectionString = ConnectionStringOf(port, password);
    }

    /// <summary>How to reach it: loopback, by password.</summary>
    public string ConnectionString { get; }

    /// <summary>
    /// Starts the cluster in this folder, made first if need be, or takes over the one that runs
    /// there. Who comes while another owner lives only uses it, and will not stop it.
    /// </summary>
    /// <param name="folder">Its own folder; created with the parents it needs.</param>
    /// <param name="settings">More settings, as <c>postgresql.conf</c> has them.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    /// <exception cref="PostgresMissingException">The programs are not there; says what to install.</exception>
    public static async Task<LocalPostgres> Start(
        string folder, IReadOnlyDictionary<string, string>? settings, CancellationToken cancellation)
    {
        folder = Path.GetFullPath(folder);
        Directory.CreateDirectory(folder);
        var found = PostgresPrograms.Find(folder);
        var owned = TryOwn(folder);
        var data = Path.Combine(folder, "data");
        var passwordFile = Path.Combine(folder, "password");
        try
        {
            if (!File.Exists(Path.Combine(data, "PG_VERSION")))
                await Create(found, folder, data, passwordFile, cancellation);

            var password = await File.ReadAllTextAsync(passwordFile, cancellation);
            if (!await Answers(found, data, password, cancellation))
            {
                var log = Path.Combine(folder, "postgresql.log");
                await found.Require(
                    "pg_ctl", ["start", "-w", "-D", data, "-l", log, "-o", Options(FreePort(), settings)], cancellation);
            }

            return new LocalPostgres(found, folder, await PortOf(found, data, cancellation), password, owned);
        }
        catch
        {
            owned?.Dispose();
            throw;
        }
    }

    /// <summary>Stops it, if it is ours: open transactions are rolled back, everything is on disk.</summary>
    public async ValueTask DisposeAsync()
    {
        if (ownership is null)
            return;

        await programs.Require(
            "pg_ctl", ["stop", "-w", "-m", "fast", "-D", Path.Combine(folder, "data")], CancellationToken.None);
        await ownership.DisposeAsync();
    }

    static async Task Create(
        PostgresPrograms programs, string folder, string data, string passwordFile, CancellationToken cancellation)
    {
        // A crash in the middle of an earlier creation left something that never ran.
        if (Directory.Exists(data))
            Directory.Delete(data, recursive: true);

        var password = RandomNumberGenerator.GetHexString(32, lowercase: true);
        await File.WriteAllTextAsync(passwordFile, password, cancellation);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(passwordFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await programs.Give(folder, cancellation);
        var made = data + ".new";
        if (Directory.Exists(made))
            Directory.Delete(made, recursive: true);
        await programs.Require(
            "initdb",
            ["-D", made, "-U", User, "--auth=scram-sha-256", "--pwfile=" + passwordFile, "-E", "UTF8", "--no-locale"],
            cancellation);
        Directory.Move(made, data);
    }

    static string Options(int port, IReadOnlyDictionary<string, string>? settings) =>
        string.Join(' ', new Dictionary<string, string>(settings ?? ImmutableDictionary<string, string>.Empty, StringComparer.Ordinal)
        {
            ["listen_addresses"] = "127.0.0.1",
            ["port"] = port.ToString(CultureInfo.InvariantCulture),
            ["unix_socket_directories"] = "",
        }.Select(setting => $"-c {setting.Key}='{setting.Value}'"));

    /// <summary>
    /// Whether a server runs there that can be taken over. One that was killed counts as running until
    /// the system has cleared it away, and one that recovers does not answer yet: both pass.
    /// </summary>
    static async Task<bool> Answers(
        PostgresPrograms programs, string data, string password, CancellationToken cancellation)
    {
        var waited = Stopwatch.StartNew();
        while (await programs.Run("pg_ctl", ["status", "-D", data], cancellation) is 0)
        {
            try
            {
                var port = await PortOf(programs, data, cancellation);
                await using var connection = new NpgsqlConnection(ConnectionStringOf(port, password) + ";Pooling=false");
                await connection.OpenAsync(cancellation);
                return true;
            }
            catch (NpgsqlException) when (waited.Elapsed < TakeoverMax)
            {
                await Task.Delay(TakeoverPause, cancellation);
            }
        }

        return false;
    }

    static string ConnectionStringOf(int port, string password) => new NpgsqlConnectionStringBuilder
    {
        Host = IPAddress.Loopback.ToString(),
        Port = port,
        Username = User,
        Password = password,
        Database = "postgres",
    }.ConnectionString;

    /// <summary>The port is the fourth line of the running server's own note.</summary>
    static async Task<int> PortOf(PostgresPrograms programs, string data, CancellationToken cancellation)
    {
        var note = await programs.Read(Path.Combine(data, "postmaster.pid"), cancellation);
        return int.Parse(note.Split('\n')[3], CultureInfo.InvariantCulture);
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>The lock is the operating system's, so it cannot outlive its owner.</summary>
    static FileStream? TryOwn(string folder)
    {
        try
        {
            return new FileStream(
                Path.Combine(folder, "owner.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
