using Npgsql;

namespace Sessions.Storage;

/// <summary>Connections to PostgreSQL, with the settings that this store counts on.</summary>
/// <remarks>
/// <para>
/// No token that can be cancelled may reach a statement of a server. Npgsql breaks a statement off over a second
/// connection, which it opens and reads while its thread blocks. A server works on the threads that hear of answers,
/// and one of them would wait for what it alone can hear of, and everybody who has an answer there with it. Statements
/// of a server go on to their end; whoever has gone is not waited for. One that is silent for <c>CommandTimeout</c> is
/// broken off, which blocks a thread of the pool; migrations have no such limit. A command line works on the pool's
/// threads, and may break off what it likes.
/// </para>
/// <para>
/// For the same reason Npgsql sends no keepalives: it blocks while it waits for their answer, and so does whoever
/// wants the connection meanwhile. The kernel finds out that a database has vanished.
/// </para>
/// </remarks>
public static class Database
{
    /// <summary>How many questions of auditors are answered at once.</summary>
    const int QuestionsMax = 4;

    /// <summary>How many seconds a question waits for its turn.</summary>
    const int QuestionTimeout = 15;

    /// <summary>
    /// A pool for a connection string. What the string itself sets is left alone. Several hosts mean
    /// one primary and its standbys: the pool finds the one that takes writes.
    /// </summary>
    /// <param name="connectionString">Of Npgsql.</param>
    /// <param name="node">The server that it is for, as the database will show it; null for whoever is none.</param>
    public static NpgsqlDataSource Open(string connectionString, string? node = null) => Build(Settings(connectionString, node));

    /// <summary>A pool whose transactions only read, for whoever must not change anything by mistake.</summary>
    public static NpgsqlDataSource OpenReadOnly(string connectionString)
    {
        var settings = Settings(connectionString);
        // It holds up nobody, and may well rest in the middle: whoever reads what it writes may be slow.
        settings.Options += " -c default_transaction_read_only=on -c idle_in_transaction_session_timeout=0";
        return Build(settings);
    }

    /// <summary>
    /// The connections of commands: one for each batch that may be on its way, and used for nothing else. A pool that is shared
    /// hands out the connection that has rested longest, so that each batch meets another process of PostgreSQL, whose
    /// memory has cooled down; and commands would wait where reads have taken all.
    /// </summary>
    /// <param name="connectionString">Of Npgsql.</param>
    /// <param name="lanes">How many batches may be on their way.</param>
    /// <param name="node">The server that it is for.</param>
    public static NpgsqlDataSource OpenForCommands(string connectionString, int lanes, string node)
    {
        var settings = Settings(connectionString, node);
        // Never closed for having rested: a node that was quiet would have to find room at the database again.
        settings.MinPoolSize = settings.MaxPoolSize = lanes;
        return Build(settings);
    }

    /// <summary>
    /// A small pool for questions of which no two are alike: each is planned for what it asks. Whoever asks
    /// many of them at once waits for his own, and never for a connection that others need.
    /// </summary>
    public static NpgsqlDataSource OpenForQuestions(string connectionString, string? node = null)
    {
        var settings = Settings(connectionString, node);
        settings.MaxPoolSize = QuestionsMax;
        settings.MinPoolSize = 0;
        settings.MaxAutoPrepare = 0;
        settings.Timeout = Math.Max(settings.Timeout, QuestionTimeout);
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

            // The rest Npgsql says itself. Nothing is opened.
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
            // Servers are counted by it: a command line must not be taken for one.
            ApplicationName = node is null ? "sessions-cli@" + Environment.MachineName : "sessions@" + node,
            // Lanes of reads and workers use some twenty if all are at work; questions that have a connection each, asked in
            // a flood, must not take all that the database has.
            MaxPoolSize = 24,
            // Statements are few and always the same: prepared once a connection, by themselves.
            MaxAutoPrepare = 64,
            AutoPrepareMinUsages = 2,
            // A batch is sent at once: each piece of 8 KB would wake PostgreSQL for a part. Its answer is taken in fewer reads.
            WriteBufferSize = 64 * 1024,
            ReadBufferSize = 64 * 1024,
            // No statement leaves anything behind in its session, so nothing has to be reset.
            NoResetOnClose = true,
            Timeout = 3,
            CommandTimeout = 30,
            // Of several hosts, what one was found to be is believed no longer: a standby may be the primary now.
            HostRecheckSeconds = 1,
            Options = string.Join(
                ' ',
                // A plan for arrays of any length serves all; planning anew each time cost as much as running.
                "-c plan_cache_mode=force_generic_plan",
                // And it is kept until its tables are next vacuumed. One that a server made while the store was new would read
                // them whole until then, and a few sessions that change often fill hundreds of pages in that time.
                node is null ? "" : "-c enable_seqscan=off",
                // Such a plan's estimates may be far too high, and compiling for them costs more than any statement here.
                "-c jit=off",
                // A node that vanishes in the middle of a transaction would keep what it has locked for as long as the
                // network believes in it, which is hours.
                "-c idle_in_transaction_session_timeout=10s",
                "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"),
        };
        foreach (var key in given.Keys)
            settings[key] = given[key];
        // A socket in the file system has no such times, and of given ones each may exclude the other of ours.
        if (!IsOfThisMachine(given.Host) && given is { TcpKeepAlive: false, TcpKeepAliveTime: 0, TcpKeepAliveInterval: 0 })
            (settings.TcpKeepAlive, settings.TcpKeepAliveTime, settings.TcpKeepAliveInterval) = (true, 10, 5);
        return settings;
    }

    /// <summary>Whether it is a socket in the file system, or an abstract one.</summary>
    static bool IsOfThisMachine(string? host) => host is ['/' or '@', ..];
}
