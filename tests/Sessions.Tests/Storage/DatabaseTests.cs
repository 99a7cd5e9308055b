using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Sessions.Domain;
using Sessions.Projections.Audit;
using Sessions.Projections.Following;
using Sessions.Storage;
using Sessions.Tests.Fixtures;
using static Sessions.Domain.SessionCommand;

namespace Sessions.Tests.Storage;

/// <summary>The settings that the store relies on in each of its connections.</summary>
public sealed class DatabaseTests(TestPostgres postgres) : IAsyncLifetime
{
    Node node = null!;

    public async ValueTask InitializeAsync() => node = new Node(await postgres.CreateDatabase());

    public ValueTask DisposeAsync() => node.DisposeAsync();

    /// <summary>
    /// With few users who have many sessions each, the cost estimate for a list is so high that PostgreSQL would spend
    /// milliseconds on compiling the statement, to read ten rows.
    /// </summary>
    [Fact]
    public async Task No_statement_is_compiled() => (await node.Ask<string>("show jit")).ShouldBe("off");

    [Fact]
    public async Task Statements_are_planned_once_and_not_for_each_length_of_an_array() =>
        (await node.Ask<string>("show plan_cache_mode")).ShouldBe("force_generic_plan");

    [Fact]
    public async Task Options_of_the_string_are_added_and_win()
    {
        await using var other = new Node(node.ConnectionString + ";Options=-c work_mem=5MB -c jit=on");

        (await other.Ask<string>("show work_mem")).ShouldBe("5MB");
        (await other.Ask<string>("show jit")).ShouldBe("on");
        (await other.Ask<string>("show plan_cache_mode")).ShouldBe("force_generic_plan");
    }

    /// <summary>
    /// Plans are kept. One that was made for an empty table scans the whole table or index: finding one session took
    /// 490 pages of other sessions' old row versions, until the table was next vacuumed.
    /// </summary>
    [Fact]
    public async Task A_server_that_has_met_an_empty_store_does_not_read_more_the_fuller_it_gets()
    {
        const int Sessions = 150;
        // The follower caches only one session and has to look the others up.
        var follower = new ProjectionRunner(node.Database, [new AuditTrail(sessionsMax: 1)], NullLogger<ProjectionRunner>.Instance);
        var older = new Queue<SessionAddress>();
        for (var i = 0; i < Sessions; i++)
        {
            var owner = $"user-{i}";
            older.Enqueue(await node.Create(owner, token: Guid.CreateVersion7()));
            await node.List.Of(owner, itemId: null);
            if (older.Count > 4)
            {
                var address = older.Dequeue();
                await node.SessionAt(address);
                (await node.Send(address, new KeepAlive())).ShouldBeAccepted();
            }

            await follower.RunOnce(CancellationToken.None);
        }

        // How often the end of the log is read again depends on the open transactions of other tests.
        await node.DisposeAsync();
        await using var watching = new Node(node.ConnectionString);
        await watching.Until("not exists (select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend')");
        (await watching.Ask<string>("""
            select coalesce(string_agg(what || ' ' || rows, ', '), '')
            from (
                select relname::text, seq_tup_read from pg_stat_user_tables
                union all
                select indexrelname::text, idx_tup_read from pg_stat_user_indexes
            ) as read (what, rows)
            where what <> 'events_log' and rows > 20 *
            """ + Sessions)).ShouldBe("");
    }

    [Fact]
    public async Task Commands_go_on_though_all_other_connections_are_taken()
    {
        await using var narrow = new Node(node.ConnectionString + ";Maximum Pool Size=1");
        await using var taken = await narrow.Database.OpenConnectionAsync(TestContext.Current.CancellationToken);

        (await narrow.Send(await narrow.Create("somebody"), new KeepAlive())).ShouldBeAccepted();
    }

    [Fact]
    public async Task Who_only_reads_may_rest_in_the_middle_of_it()
    {
        await using var reading = Database.OpenReadOnly(node.ConnectionString);
        await using var shown = reading.CreateCommand("show idle_in_transaction_session_timeout");

        (await shown.ExecuteScalarAsync()).ShouldBe("0");
    }

    /// <summary>
    /// Npgsql blocks a thread while it waits for the answer to its keepalive. One connection that was checked while
    /// it was taken out of the pool held up, for 30 s, all others whose answers arrived on the same thread.
    /// </summary>
    [Fact]
    public void No_thread_blocks_to_find_out_whether_the_database_is_still_there()
    {
        var settings = new NpgsqlConnectionStringBuilder(node.Database.ConnectionString);

        (settings.KeepAlive, settings.TcpKeepAliveTime).ShouldBe((0, 10));
        Database.FaultOf(node.ConnectionString).ShouldBeNull();
        Database.FaultOf("").ShouldBe("it names no host");
        Database.FaultOf(node.ConnectionString + ";Keepalive=30").ShouldNotBeNull().ShouldContain("Keepalive");
    }

    [Theory]
    [InlineData("Host=/run/postgresql", 0, 0)]
    [InlineData("Host=here;Tcp Keepalive Time=60", 60, 0)]
    [InlineData("Host=here", 10, 5)]
    public void The_kernels_keepalives_are_asked_for_where_there_are_any_and_nobody_has_said_how(string connection, int time, int interval)
    {
        using var pool = Database.Open(connection);

        var settings = new NpgsqlConnectionStringBuilder(pool.ConnectionString);
        (settings.TcpKeepAliveTime, settings.TcpKeepAliveInterval).ShouldBe((time, interval));
    }
}
