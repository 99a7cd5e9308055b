using System.Globalization;
using Npgsql;
using Sessions.Storage.Commands;

namespace Sessions.Storage;

/// <summary>Connections to PostgreSQL, with the settings that this store counts on.</summary>
/// <remarks>
/// <para>
/// A server must not pass a cancellable token to any statement. Npgsql cancels a statement over a second connection,
/// which it opens and reads while its thread blocks. A server's requests run on the threads that receive the completions
/// of sockets; such a thread would wait for a completion that only it can receive, and so would every request whose
/// answer arrives there. A server's statements therefore run to their end, and nobody waits for them once the caller has
/// gone. A statement that is silent for <c>CommandTimeout</c> is cancelled, which blocks a thread of the pool; migrations
/// have no such limit. The command line runs on the pool's threads, and may cancel what it likes.
/// </para>
/// <para>
/// For the same reason Npgsql's keepalives are off: Npgsql blocks while it waits for their answer, and so does a caller
/// that wants the connection meanwhile. The kernel's keepalives detect that a database has vanished.
/// </para>
/// </remarks>
public static class Database
{
    /// <summary>How many audit queries run at once.</summary>
    const int QuestionsMax = 4;

    /// <summary>How many seconds an audit query waits for a connection.</summary>
    const int QuestionTimeout = 15;

    /// <summary>
    /// A pool for a connection string, whose own settings take precedence over those here. Several hosts mean one primary
    /// and its standbys: the pool connects to the host that takes writes.
    /// </summary>
    /// <param name="connectionString">Npgsql's connection string.</param>
    /// <param name="node">
    /// The server that uses the pool, as the database shows it; null for a program that is no server.
    /// </param>
    public static NpgsqlDataSource Open(string connectionString, string? node = null) => Build(Settings(connectionString, node));

    /// <summary>A pool whose transactions only read, for programs that must not change anything by mistake.</summary>
    public static NpgsqlDataSource OpenReadOnly(string connectionString)
    {
        var settings = Settings(connectionString);
        // Such a transaction blocks nobody and may be idle for long: the consumer of its results may be slow.
        settings.Options += " -c default_transaction_read_only=on -c idle_in_transaction_session_timeout=0";
        return Build(settings);
    }

    /// <summary>
    /// The connections for commands: one for each batch that may be in flight, used for nothing else. A shared pool hands
    /// out the connection that has been idle longest, so each batch would meet another PostgreSQL backend, with cold
    /// caches; and commands would wait while reads hold all connections.
    /// </summary>
    /// <param name="connectionString">Npgsql's connection string.</param>
    /// <param name="options">How many batches may be in flight, and how long one waits for a locked row.</param>
    /// <param name="node">The server that uses the pool.</param>
    public static NpgsqlDataSource OpenForCommands(string connectionString, CommandOptions options, string node)
    {
        ArgumentNullException.ThrowIfNull(options);
        var settings = Settings(connectionString, node);
        // Idle connections are never closed: after a quiet time the node might find no free slot at the database.
        settings.MinPoolSize = settings.MaxPoolSize = options.Lanes;
        settings.Options += string.Create(
            CultureInfo.InvariantCulture,
            // Commands of other sessions wait behind a batch that waits for a lock. And PostgreSQL only warns when the
            // wait for a standby is canceled.
            $" -c lock_timeout={options.LockPatience.TotalMilliseconds} -c client_min_messages=warning");
        return Build(settings);
    }

    /// <summary>
    /// A small pool for audit queries, of which no two are alike: each is planned for its own parameters. A caller with
    /// many queries at once waits for this pool, and takes no connection that others need.
    /// </summary>
    public static NpgsqlDataSource OpenForQuestions(string connectionString, string? node = null) =>
        OpenForQuestions(connectionString, node, QuestionTimeout);

    /// <summary>The same with another wait, in seconds: a test does not wait that long.</summary>
    internal static NpgsqlDataSource OpenForQuestions(string connectionString, string? node, int timeout)
    {
        var settings = Settings(connectionString, node);
        settings.MaxPoolSize = QuestionsMax;
        settings.MinPoolSize = 0;
        settings.MaxAutoPrepare = 0;
        settings.Timeout = Math.Max(settings.Timeout, timeout);
        settings.Options += " -c plan_cache_mode=force_custom_plan -c enable_seqscan=on -c default_transaction_read_only=on";
        return Build(settings);
    }

    /// <summary>Why a connection string cannot be used, or null.</summary>
    public static string? FaultOf(string connectionString)
    {
        try
        {
            var given = new NpgsqlConnectionStringBuilder(connectionString);
            if (string.IsNullOrEmpty(given.Host))
                return "it names no host";
            if (given.MaxPoolSize < 1)
                return $"its Maximum Pool Size is {given.MaxPoolSize}";
            if (given.Port > ushort.MaxValue)
                return $"its Port is {given.Port}, beyond {ushort.MaxValue}";
            if (given.KeepAlive != 0)
                return "Keepalive blocks threads that others need; use 'Tcp Keepalive Time' instead";

            // Npgsql checks the rest itself. No connection is opened.
            var builder = new NpgsqlDataSourceBuilder(Settings(connectionString).ConnectionString);
            using NpgsqlDataSource tried = HasSeveralHosts(given) ? builder.BuildMultiHost() : builder.Build();
            return null;
        }
        catch (Exception wrong) when (wrong is ArgumentException or NotSupportedException or FormatException or OverflowException)
        {
            return wrong.Message;
        }
    }

    static bool HasSeveralHosts(NpgsqlConnectionStringBuilder settings) =>
        settings.Host?.Contains(',', StringComparison.Ordinal) == true;

    static NpgsqlDataSource Build(NpgsqlConnectionStringBuilder settings)
    {
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString);
        return HasSeveralHosts(settings)
            ? builder.BuildMultiHost().WithTargetSession(TargetSessionAttributes.Primary)
            : builder.Build();
    }

    static NpgsqlConnectionStringBuilder Settings(string connectionString, string? node = null)
    {
        var given = new NpgsqlConnectionStringBuilder(connectionString);
        var settings = new NpgsqlConnectionStringBuilder
        {
            // Servers are counted by this name: the command line must not be taken for one.
            ApplicationName = node is null ? "sessions-cli@" + Environment.MachineName : "sessions@" + node,
            // Lanes of reads and workers use some twenty when all are busy. A flood of requests, each with a connection
            // of its own, must not take all that the database has.
            MaxPoolSize = 24,
            // Statements are few and always the same: Npgsql prepares each by itself, once per connection.
            MaxAutoPrepare = 64,
            AutoPrepareMinUsages = 2,
            // A batch goes out in one piece: each 8 KB piece would wake PostgreSQL for a part. Answers take fewer reads.
            WriteBufferSize = 64 * 1024,
            ReadBufferSize = 64 * 1024,
            // No statement leaves anything behind in its session, so nothing has to be reset.
            NoResetOnClose = true,
            Timeout = 3,
            CommandTimeout = 30,
            // With several hosts, a known role is trusted no longer than this: a standby may be the primary by now.
            HostRecheckSeconds = 1,
            Options = string.Join(
                ' ',
                // One plan serves arrays of any length; planning each time cost as much as execution.
                "-c plan_cache_mode=force_generic_plan",
                // Such a plan is kept until its tables are next vacuumed. One made while the store was new would scan
                // whole tables until then, and a few sessions that change often fill hundreds of pages in that time.
                node is null ? "" : "-c enable_seqscan=off",
                // Such a plan's cost estimates may be far too high, and the compilation they trigger costs more than any
                // statement here.
                "-c jit=off",
                // A node that vanishes in the middle of a transaction would hold its locks until the network gives the
                // connection up, which takes hours.
                "-c idle_in_transaction_session_timeout=10s",
                "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"),
        };
        var ours = settings.Options;
        foreach (var key in given.Keys)
            settings[key] = given[key];
        // Options of the string are added to these, and win where both set the same.
        if (!string.IsNullOrEmpty(given.Options))
            settings.Options = $"{ours} {given.Options}";
        // A socket in the file system has no keepalives, and a value in the connection string may exclude one of ours.
        if (!IsOfThisMachine(given.Host) && given is { TcpKeepAlive: false, TcpKeepAliveTime: 0, TcpKeepAliveInterval: 0 })
            (settings.TcpKeepAlive, settings.TcpKeepAliveTime, settings.TcpKeepAliveInterval) = (true, 10, 5);
        return settings;
    }

    /// <summary>Whether the host is a Unix socket, in the file system or abstract.</summary>
    static bool IsOfThisMachine(string? host) => host is ['/' or '@', ..];
}
