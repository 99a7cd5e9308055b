using System.Collections.Concurrent;
using Sessions.Domain;
using Sessions.Storage;
using Sessions.Tests.Fixtures;
using static Sessions.Domain.SessionCommand;

namespace Sessions.Tests.Storage;

/// <summary>The database drops its connections, as at a restart, and the node recovers by itself.</summary>
public sealed class ReconnectTests(TestPostgres postgres) : IAsyncLifetime
{
    const string DropAll = """
        select count(pg_terminate_backend(pid)) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()
        """;

    Node node = null!;
    Node killer = null!;

    public async ValueTask InitializeAsync()
    {
        var connectionString = await postgres.CreateDatabase();
        node = new Node(connectionString);
        // The connections of a pool would be dropped as well.
        killer = new Node(connectionString + ";Pooling=false");
    }

    public async ValueTask DisposeAsync()
    {
        await node.DisposeAsync();
        await killer.DisposeAsync();
    }

    [Fact]
    public async Task Dropped_while_idle_it_works_at_the_next_call()
    {
        var address = await node.Create();
        for (var i = 0; i < 5; i++)
        {
            (await killer.Ask<long>(DropAll)).ShouldBeGreaterThan(0);
            (await node.Send(address, new KeepAlive(i))).ShouldBeAccepted();
            await killer.Ask<long>(DropAll);
            (await node.SessionAt(address)).ShouldBeOfType<Session.Active>().Progress.ShouldBe(i);
            await killer.Ask<long>(DropAll);
            (await node.List.Of("ana", itemId: null)).ShouldBe([address.Id]);
        }

        (await node.EventsOf(address)).Count.ShouldBe(6);
    }

    [Fact]
    public async Task Dropped_under_load_what_was_acknowledged_is_there_once_and_nothing_else_is_claimed()
    {
        var (done, undone, unknown) = (new ConcurrentBag<SessionAddress>(), new ConcurrentBag<SessionAddress>(), 0);
        var callers = Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 60; i++)
            {
                var address = NodeSentences.NewAddress();
                try
                {
                    await node.Send(address, new Create(NodeSentences.Item));
                    await node.Send(address, new KeepAlive(i));
                    done.Add(address);
                }
                catch (StoreUnavailableException refused) when (!refused.OutcomeUnknown)
                {
                    undone.Add(address);
                }
                catch (StoreUnavailableException)
                {
                    Interlocked.Increment(ref unknown);
                }
            }
        })).ToArray();

        var all = Task.WhenAll(callers);
        while (!all.IsCompleted)
        {
            await killer.Ask<long>(DropAll);
            await killer.Run("select pg_sleep(0.05)");
        }

        await all.WaitAsync(StoreSentences.Patience);
        (done.Count + undone.Count + unknown).ShouldBe(16 * 60);
        done.Count.ShouldBeGreaterThan(undone.Count + unknown, "most get through");
        var versions = await Versions();
        done.ShouldAllBe(address => versions.GetValueOrDefault(address.Id) == 2);
        // When a call was turned away, either the creation or the keep-alive after it has left no trace.
        undone.ShouldAllBe(address => versions.GetValueOrDefault(address.Id) < 2);
        await killer.RulesShouldHold();
        await node.Create();
    }

    [Fact]
    public async Task The_schedule_goes_on_after_its_connections_were_dropped()
    {
        await using var lapsing = new Node(node.ConnectionString, StoreSentences.OverAtOnce);
        for (var i = 0; i < 3; i++)
            await lapsing.Create();
        await lapsing.Schedule.RunOnce(CancellationToken.None);
        await killer.Ask<long>(DropAll);

        var passes = 0;
        while (await killer.Ask<long>("select count(*) from event_store.scheduled_messages") > 0)
        {
            (++passes).ShouldBeLessThan(20);
            try
            {
                await lapsing.Schedule.RunOnce(CancellationToken.None);
            }
            catch (Npgsql.NpgsqlException)
            {
                // The pass that finds its connection dropped fails; the worker starts the next.
            }
        }

        await killer.ShouldBeSound();
    }

    async Task<Dictionary<SessionId, long>> Versions()
    {
        await using var command = killer.Database.CreateCommand(
            "select stream_id, count(*) from event_store.events group by stream_id");
        await using var reader = await command.ExecuteReaderAsync();
        var versions = new Dictionary<SessionId, long>();
        while (await reader.ReadAsync())
            versions.Add(new SessionId(reader.GetGuid(0)), reader.GetInt64(1));
        return versions;
    }
}
