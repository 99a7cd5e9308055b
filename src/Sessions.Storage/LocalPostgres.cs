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

    /// <summary>How long a server that runs may take until it answers, and its owner until it runs.</summary>
    static readonly TimeSpan TakeoverMax = TimeSpan.FromMinutes(1);

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    readonly PostgresPrograms programs;
    readonly string folder;
    readonly FileStream? ownership;

    LocalPostgres(PostgresPrograms programs, string folder, string connectionString, FileStream? ownership) =>
        (this.programs, this.folder, ConnectionString, this.ownership) = (programs, folder, connectionString, ownership);

    /// <summary>How to reach it: loopback, by password.</summary>
    public string ConnectionString { get; }

    /// <summary>
    /// Starts the cluster in this folder, made first if need be, or takes over the one that runs
    /// there. Who comes while another owner lives only uses it, and will not stop it.
    /// </summary>
    /// <param name="folder">Its own folder; created with the parents it needs.</param>
    /// <param name="settings">More settings, as <c>postgresql.conf</c> has them.</param>
    /// <param name="cancellation">Gives up, and stops what was started.</param>
    /// <exception cref="PostgresMissingException">The programs are not there; says what to install.</exception>
    /// <exception cref="PostgresFailedException">One of them failed; holds what it said.</exception>
    public static async Task<LocalPostgres> Start(
        string folder, IReadOnlyDictionary<string, string>? settings, CancellationToken cancellation)
    {
        folder = Path.GetFullPath(folder);
        Directory.CreateDirectory(folder);
        var found = PostgresPrograms.Find(folder);
        // Only its owner makes and starts a cluster; who comes at the same time waits until it runs.
        var owned = TryOwn(folder);
        try
        {
            var reached = await TryReach(found, folder, cancellation);
            var waited = Stopwatch.StartNew();
            while (reached is null)
            {
                cancellation.ThrowIfCancellationRequested();
                if (owned is not null)
                    await Run(found, folder, settings);
                else if (waited.Elapsed > TakeoverMax)
                    throw new PostgresFailedException($"Another server owns {folder}, and no PostgreSQL runs there. Start that one anew.");
                else
                    await Task.Delay(Pause, cancellation);
                owned ??= TryOwn(folder);
                reached = await TryReach(found, folder, cancellation);
            }

            cancellation.ThrowIfCancellationRequested();
            return new LocalPostgres(found, folder, reached, owned);
        }
        catch
        {
            await Release(found, folder, owned);
            // Ctrl-C reaches the programs too, and they fail.
            cancellation.ThrowIfCancellationRequested();
            throw;
        }
    }

    /// <summary>How to reach the cluster that runs in this folder, or null if none does; starts nothing.</summary>
    /// <exception cref="PostgresMissingException">The programs are not there; says what to install.</exception>
    public static async Task<string?> FindRunning(string folder, CancellationToken cancellation)
    {
        folder = Path.GetFullPath(folder);
        return Directory.Exists(Path.Combine(folder, "data"))
            ? await TryReach(PostgresPrograms.Find(folder), folder, cancellation)
            : null;
    }

    /// <summary>Stops it, if it is ours: open transactions are rolled back, everything is on disk.</summary>
    public async ValueTask DisposeAsync() =>
        await Release(programs, folder, ownership);

    /// <summary>Stops what its owner runs; that may have ended by itself, or never have begun.</summary>
    static async Task Release(PostgresPrograms programs, string folder, FileStream? ownership)
    {
        if (ownership is null)
            return;

        await using (ownership)
        {
            var data = Path.Combine(folder, "data");
            if (await programs.IsRunning(data))
                await programs.Require("pg_ctl", ["stop", "-w", "-m", "fast", "-D", data]);
        }
    }

    static async Task Run(PostgresPrograms programs, string folder, IReadOnlyDictionary<string, string>? settings)
    {
        var data = Path.Combine(folder, "data");
        if (!File.Exists(Path.Combine(data, "PG_VERSION")))
            await Create(programs, folder, data);
        var log = Path.Combine(folder, "postgresql.log");
        if (await programs.Run("pg_ctl", ["start", "-w", "-D", data, "-l", log, "-o", Options(FreePort(), settings)]) != 0)
            throw new PostgresFailedException($"PostgreSQL does not start; {log} says why: {await ComplaintOf(programs, log)}");
    }

    /// <summary>The last lines, one of which may have the detail of the other; but what only tells of its work is none.</summary>
    static async Task<string> ComplaintOf(PostgresPrograms programs, string log) => string.Join(
        ' ',
        (await programs.Read(log)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .TakeLast(2).Where(line => !line.Contains(" LOG: ", StringComparison.Ordinal)));

    static async Task Create(PostgresPrograms programs, string folder, string data)
    {
        // A crash in the middle of an earlier creation left something that never ran.
        var made = data + ".new";
        foreach (var left in new[] { data, made }.Where(Directory.Exists))
            Directory.Delete(left, recursive: true);

        var passwordFile = PasswordFile(folder);
        await using (var password = CreateSecret(passwordFile))
            await password.WriteAsync(RandomNumberGenerator.GetHexString(32, lowercase: true));
        await programs.Give(folder);
        await programs.Require(
            "initdb",
            ["-D", made, "-U", User, "--auth=scram-sha-256", "--pwfile=" + passwordFile, "-E", "UTF8", "--no-locale"]);
        Directory.Move(made, data);
    }

    static StreamWriter CreateSecret(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new StreamWriter(path, options);
    }

    static string PasswordFile(string folder) => Path.Combine(folder, "password");

    static string Options(int port, IReadOnlyDictionary<string, string>? settings) =>
        string.Join(' ', new Dictionary<string, string>(settings ?? ImmutableDictionary<string, string>.Empty, StringComparer.Ordinal)
        {
            ["listen_addresses"] = "127.0.0.1",
            ["port"] = port.ToString(CultureInfo.InvariantCulture),
            ["unix_socket_directories"] = "",
        }.Select(setting => $"-c {setting.Key}='{setting.Value}'"));

    /// <summary>
    /// How to reach the server that runs there, or null if none does. One that was killed counts as
    /// running until the system has cleared it away, and one that recovers does not answer yet: both pass.
    /// </summary>
    static async Task<string?> TryReach(PostgresPrograms programs, string folder, CancellationToken cancellation)
    {
        var data = Path.Combine(folder, "data");
        var waited = Stopwatch.StartNew();
        while (await programs.IsRunning(data))
        {
            try
            {
                var connectionString = await ConnectionStringOf(programs, folder, cancellation);
                await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
                await connection.OpenAsync(cancellation);
                return connectionString;
            }
            catch (Exception notYet) when (waited.Elapsed < TakeoverMax && notYet is NpgsqlException or FormatException)
            {
                await Task.Delay(Pause, cancellation);
            }
        }

        return null;
    }

    /// <summary>The port is the fourth line of the running server's own note, once it has written it.</summary>
    static async Task<string> ConnectionStringOf(
        PostgresPrograms programs, string folder, CancellationToken cancellation)
    {
        var note = (await Note(programs, folder)).Split('\n');
        return new NpgsqlConnectionStringBuilder
        {
            Host = IPAddress.Loopback.ToString(),
            Port = int.Parse(note.ElementAtOrDefault(3) ?? "", CultureInfo.InvariantCulture),
            Username = User,
            Password = await PasswordOf(folder, cancellation),
            Database = "postgres",
        }.ConnectionString;
    }

    static async Task<string> PasswordOf(string folder, CancellationToken cancellation)
    {
        try
        {
            return await File.ReadAllTextAsync(PasswordFile(folder), cancellation);
        }
        catch (FileNotFoundException)
        {
            throw new PostgresFailedException(
                $"A PostgreSQL runs in {folder}, and {PasswordFile(folder)} is gone: without it nobody gets in. Put it back, or stop PostgreSQL and remove the folder.");
        }
    }

    /// <summary>What the running server has noted of itself; nothing where it has ended meanwhile.</summary>
    static async Task<string> Note(PostgresPrograms programs, string folder)
    {
        try
        {
            return await programs.Read(Path.Combine(folder, "data", "postmaster.pid"));
        }
        catch (FileNotFoundException)
        {
            return "";
        }
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>What the system says of a file that somebody has opened for himself: Linux, macOS.</summary>
    static bool IsTaken(IOException error) => error.HResult is 11 or 35;

    /// <summary>
    /// The lock is the operating system's, so it cannot outlive its owner. What else keeps from it, as a disk that cannot be
    /// written, does not pass by waiting.
    /// </summary>
    static FileStream? TryOwn(string folder)
    {
        try
        {
            return new FileStream(
                Path.Combine(folder, "owner.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (IsTaken(error))
        {
            return null;
        }
    }
}
