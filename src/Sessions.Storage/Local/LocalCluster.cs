using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Sessions.Storage.Local;

/// <summary>Makes, starts, reaches and stops the cluster of a private PostgreSQL, whoever owns it.</summary>
/// <param name="folder">Where it lives.</param>
/// <param name="programs">The programs that run it.</param>
sealed class LocalCluster(ClusterFolder folder, PostgresPrograms programs)
{
    const string User = "sessions";

    /// <summary>How long a running server may take to answer.</summary>
    static readonly TimeSpan AnswerMax = TimeSpan.FromMinutes(1);

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// The connection string of the server that runs in the folder, or null if none does. A killed server counts as
    /// running until the system has cleared it away, and a recovering one does not answer yet: this waits for both to
    /// pass.
    /// </summary>
    public async Task<string?> TryReach(CancellationToken cancellation)
    {
        var waited = Stopwatch.StartNew();
        while (await programs.IsRunning(folder.Data))
        {
            try
            {
                var connectionString = await FindConnectionString(cancellation);
                await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
                await connection.OpenAsync(cancellation);
                return connectionString;
            }
            catch (Exception notYet) when (waited.Elapsed < AnswerMax && notYet is NpgsqlException or FormatException or FileNotFoundException)
            {
                await Task.Delay(Pause, cancellation);
            }
        }

        return null;
    }

    /// <summary>Starts the cluster, and makes it first if necessary.</summary>
    /// <param name="settings">More settings, as in <c>postgresql.conf</c>.</param>
    /// <exception cref="PostgresFailedException">It does not start; says why.</exception>
    public async Task Start(IReadOnlyDictionary<string, string>? settings)
    {
        if (!folder.HasCluster)
            await Create();
        var logged = LengthOf(folder.Log);
        try
        {
            await programs.Require("pg_ctl", ["start", "-w", "-D", folder.Data, "-l", folder.Log, "-o", Options(FreePort(), settings)]);
        }
        catch (PostgresFailedException) when (LengthOf(folder.Log) > logged)
        {
            throw new PostgresFailedException($"PostgreSQL does not start; {folder.Log} says why: {await Complaint()}");
        }
    }

    /// <summary>Stops the server, which may have ended by itself or never have begun.</summary>
    /// <exception cref="PostgresFailedException">It does not stop.</exception>
    public async Task Stop()
    {
        // It may end by itself before pg_ctl has stopped it.
        if (await programs.IsRunning(folder.Data)
            && await programs.Run("pg_ctl", ["stop", "-w", "-m", "fast", "-D", folder.Data]) != 0
            && await programs.IsRunning(folder.Data))
            throw new PostgresFailedException($"PostgreSQL in {folder.FullPath} does not stop.");
    }

    async Task Create()
    {
        // A crash in the middle of an earlier creation leaves files that never ran.
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

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>The port is the fourth line of the running server's note, once it has written that.</summary>
    async Task<string> FindConnectionString(CancellationToken cancellation)
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

    /// <summary>
    /// The last two lines of the log, since one may have the detail of the other, but no lines that only report normal
    /// work.
    /// </summary>
    async Task<string> Complaint() => string.Join(
        ' ',
        (await programs.Read(folder.Log)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .TakeLast(2).Where(line => !line.Contains(" LOG: ", StringComparison.Ordinal)));

    static long LengthOf(string log) => File.Exists(log) ? new FileInfo(log).Length : 0;
}
