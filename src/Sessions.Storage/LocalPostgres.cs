using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
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
    readonly ClusterFolder folder;
    readonly FileStream? ownership;

    LocalPostgres(PostgresPrograms programs, ClusterFolder folder, string connectionString, FileStream? ownership) =>
        (this.programs, this.folder, ConnectionString, this.ownership) = (programs, folder, connectionString, ownership);

    /// <summary>How to reach it: loopback, by password.</summary>
    public string ConnectionString { get; }

    /// <summary>
    /// Starts the cluster in this folder, made first if need be, or takes over the one that runs
    /// there. Who comes while another owner lives only uses it, and will not stop it.
    /// </summary>
    /// <param name="path">Its own folder; created with the parents it needs.</param>
    /// <param name="settings">More settings, as <c>postgresql.conf</c> has them.</param>
    /// <param name="cancellation">Gives up, and stops what was started.</param>
    /// <exception cref="PostgresMissingException">The programs are not there; says what to install.</exception>
    /// <exception cref="PostgresFailedException">One of them failed, or the owner does not start it; says why.</exception>
    public static async Task<LocalPostgres> Start(
        string path, IReadOnlyDictionary<string, string>? settings, CancellationToken cancellation)
    {
        var cluster = new ClusterFolder(Path.GetFullPath(path));
        Directory.CreateDirectory(cluster.FullPath);
        var found = PostgresPrograms.Find(cluster.FullPath);
        // Only its owner makes and starts a cluster; who comes at the same time waits until it runs.
        var owned = cluster.TryOwn();
        try
        {
            var reached = await TryReach(found, cluster, cancellation);
            var waited = Stopwatch.StartNew();
            while (reached is null)
            {
                cancellation.ThrowIfCancellationRequested();
                if (owned is not null)
                    await Run(found, cluster, settings);
                else if (waited.Elapsed > TakeoverMax)
                    throw new PostgresFailedException($"Another server owns {cluster.FullPath}, and no PostgreSQL runs there. Start that one anew.");
                else
                    await Task.Delay(Pause, cancellation);
                owned ??= cluster.TryOwn();
                reached = await TryReach(found, cluster, cancellation);
            }

            cancellation.ThrowIfCancellationRequested();
            return new LocalPostgres(found, cluster, reached, owned);
        }
        catch
        {
            try
            {
                await Release(found, cluster, owned);
            }
            finally
            {
                // Some programs hear Ctrl-C all the same, and fail.
                cancellation.ThrowIfCancellationRequested();
            }

            throw;
        }
    }

    /// <summary>How to reach the cluster that runs in this folder, or null if none does; starts nothing.</summary>
    /// <exception cref="PostgresMissingException">The programs are not there; says what to install.</exception>
    public static async Task<string?> FindRunning(string path, CancellationToken cancellation)
    {
        var cluster = new ClusterFolder(Path.GetFullPath(path));
        return Directory.Exists(cluster.Data)
            ? await TryReach(PostgresPrograms.Find(cluster.FullPath), cluster, cancellation)
            : null;
    }

    /// <summary>Stops it, if it is ours: open transactions are rolled back, everything is on disk.</summary>
    public async ValueTask DisposeAsync() =>
        await Release(programs, folder, ownership);

    /// <summary>Stops what its owner runs; that may have ended by itself, or never have begun.</summary>
    static async Task Release(PostgresPrograms programs, ClusterFolder folder, FileStream? ownership)
    {
        if (ownership is null)
            return;

        await using (ownership)
        {
            // It may end by itself while it is told to.
            if (await programs.IsRunning(folder.Data)
                && await programs.Run("pg_ctl", ["stop", "-w", "-m", "fast", "-D", folder.Data]) != 0
                && await programs.IsRunning(folder.Data))
                throw new PostgresFailedException($"PostgreSQL in {folder.FullPath} does not stop.");
        }
    }

    static async Task Run(PostgresPrograms programs, ClusterFolder folder, IReadOnlyDictionary<string, string>? settings)
    {
        if (!folder.HasCluster)
            await Create(programs, folder);
        var logged = LengthOf(folder.Log);
        try
        {
            await programs.Require("pg_ctl", ["start", "-w", "-D", folder.Data, "-l", folder.Log, "-o", Options(FreePort(), settings)]);
        }
        catch (PostgresFailedException) when (LengthOf(folder.Log) > logged)
        {
            throw new PostgresFailedException($"PostgreSQL does not start; {folder.Log} says why: {await ComplaintIn(programs, folder.Log)}");
        }
    }

    static long LengthOf(string log) => File.Exists(log) ? new FileInfo(log).Length : 0;

    /// <summary>The last lines, one of which may have the detail of the other; but what only tells of its work is none.</summary>
    static async Task<string> ComplaintIn(PostgresPrograms programs, string log) => string.Join(
        ' ',
        (await programs.Read(log)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .TakeLast(2).Where(line => !line.Contains(" LOG: ", StringComparison.Ordinal)));

    static async Task Create(PostgresPrograms programs, ClusterFolder folder)
    {
        // A crash in the middle of an earlier creation left something that never ran.
        var made = folder.Data + ".new";
        foreach (var left in new[] { folder.Data, made }.Where(Directory.Exists))
            Directory.Delete(left, recursive: true);

        await folder.MakePassword();
        await programs.Give(folder.FullPath);
        await programs.Require(
            "initdb",
            ["-D", made, "-U", User, "--auth=scram-sha-256", "--pwfile=" + folder.Password, "-E", "UTF8", "--no-locale"]);
        Directory.Move(made, folder.Data);
    }

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
    static async Task<string?> TryReach(PostgresPrograms programs, ClusterFolder folder, CancellationToken cancellation)
    {
        var waited = Stopwatch.StartNew();
        while (await programs.IsRunning(folder.Data))
        {
            try
            {
                var connectionString = await ConnectionStringOf(programs, folder, cancellation);
                await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
                await connection.OpenAsync(cancellation);
                return connectionString;
            }
            catch (Exception notYet) when (waited.Elapsed < TakeoverMax && notYet is NpgsqlException or FormatException or FileNotFoundException)
            {
                await Task.Delay(Pause, cancellation);
            }
        }

        return null;
    }

    /// <summary>The port is the fourth line of the running server's own note, once it has written it.</summary>
    static async Task<string> ConnectionStringOf(
        PostgresPrograms programs, ClusterFolder folder, CancellationToken cancellation)
    {
        var note = (await programs.Read(folder.Note)).Split('\n');
        return new NpgsqlConnectionStringBuilder
        {
            Host = IPAddress.Loopback.ToString(),
            Port = int.Parse(note.ElementAtOrDefault(3) ?? "", CultureInfo.InvariantCulture),
            Username = User,
            Password = await folder.ReadPassword(cancellation),
            Database = "postgres",
        }.ConnectionString;
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
