using System.Collections.Concurrent;
using Sessions.Domain;
using Sessions.Tests.Fixtures;
using static Sessions.Domain.SessionCommand;
using static Sessions.Domain.SessionEvent;

namespace Sessions.Tests.Storage;

/// <summary>
/// Sixty-four clients and the schedules of two nodes compete for the same few sessions, whose leases and retentions end
/// during the race.
/// </summary>
public sealed class RaceTests(TestPostgres postgres) : IAsyncLifetime
{
    const int Racers = 64;

    static readonly LeasePolicy Brief = new()
    {
        IdleTimeout = TimeSpan.FromMilliseconds(60),
        Retention = TimeSpan.FromMilliseconds(60),
        RenewalSlack = TimeSpan.Zero,
    };

    Node[] nodes = [];

    public async ValueTask InitializeAsync()
    {
        var connectionString = await postgres.CreateDatabase();
        nodes = [new Node(connectionString, Brief), new Node(connectionString, Brief)];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in nodes)
            await node.DisposeAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Whoever_races_a_session_ends_once_and_is_removed_once(int seed)
    {
        var addresses = await Task.WhenAll(Enumerable.Range(0, 16).Select(
            i => nodes[i % 2].Create(token: Guid.CreateVersion7())));
        var outcomes = new ConcurrentBag<(SessionAddress Address, SessionCommand Command, bool Accepted)>();
        using var done = new CancellationTokenSource();
        var beside = new[] { Expire(nodes[0], done.Token), Expire(nodes[1], done.Token), Watch(addresses, done.Token) };

        await Task.WhenAll(Enumerable.Range(0, Racers).Select(async racer =>
        {
            var random = new Random((seed * 1000) + racer);
            for (var i = 0; i < 24; i++)
            {
                var address = addresses[random.Next(addresses.Length)];
                var command = Any(random, i);
                var outcome = await nodes[racer % 2].Send(address, command);
                outcomes.Add((address, command, outcome.Decision is Decision.Accepted));
            }
        })).WaitAsync(StoreSentences.Patience);
        await done.CancelAsync();
        await Task.WhenAll(beside).WaitAsync(StoreSentences.Patience);

        await nodes[0].ShouldBeSound();
        foreach (var address in addresses)
        {
            var events = await nodes[0].EventsOf(address);
            var mine = outcomes.Where(outcome => outcome.Address == address && outcome.Accepted).ToList();
            mine.Count(outcome => outcome.Command is Cancel).ShouldBe(events.Count(e => e is SessionCanceled));
            mine.Count(outcome => outcome.Command is Fail).ShouldBe(events.Count(e => e is SessionFailed));
            mine.Count(outcome => outcome.Command is Delete).ShouldBe(
                events.Count(e => e is SessionDeleted { Reason: DeletionReason.Requested }));
            events.Count(e => e is SessionDeleted).ShouldBeLessThanOrEqualTo(1);
        }

        await NothingShouldBeLeft();
        await NobodyShouldHaveDeadlocked();
    }

    [Fact]
    public async Task Of_many_who_delete_the_same_session_one_succeeds()
    {
        var address = await nodes[0].Create();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, Racers).Select(
            i => nodes[i % 2].Send(address, new Delete()))).WaitAsync(StoreSentences.Patience);

        outcomes.Count(outcome => outcome.Decision is Decision.Accepted).ShouldBe(1);
        outcomes.Count(outcome => outcome.Decision == new Decision.Refused(Refusal.NotFound)).ShouldBe(Racers - 1);
        await nodes[0].ShouldBeSound();
    }

    [Fact]
    public async Task Every_keep_alive_of_many_is_recorded_once()
    {
        await using var one = new Node(nodes[0].ConnectionString);
        await using var other = new Node(nodes[0].ConnectionString);
        var address = await one.Create();

        await Task.WhenAll(Enumerable.Range(0, 200).Select(
            i => (i % 2 == 0 ? one : other).Send(address, new KeepAlive(i % 101)))).WaitAsync(StoreSentences.Patience);

        (await one.EventsOf(address)).OfType<SessionKeptAlive>().Count().ShouldBe(200);
        await one.ShouldBeSound();
    }

    [Fact]
    public async Task Large_batches_on_two_nodes_neither_deadlock_nor_lose_anything()
    {
        var (one, other) = (new Node(nodes[0].ConnectionString), new Node(nodes[0].ConnectionString));
        nodes = [.. nodes, one, other];
        var addresses = await Task.WhenAll(Enumerable.Range(0, 300).Select(_ => one.Create()));
        var random = new Random(7);

        var kept = await Task.WhenAll(Enumerable.Range(0, 6).SelectMany(round =>
        {
            var shuffled = addresses.ToArray();
            random.Shuffle(shuffled);
            return shuffled.Select(address => (round % 2 == 0 ? one : other).Send(address, new KeepAlive()));
        })).WaitAsync(StoreSentences.Patience);

        kept.ShouldAllBe(outcome => outcome.Decision is Decision.Accepted);
        (await one.Ask<long>("select count(*) from event_store.events")).ShouldBe(300 * 7);
        await one.RulesShouldHold();
        await NobodyShouldHaveDeadlocked();
    }

    /// <summary>Deletions come only late in a racer's steps; otherwise nothing would be left to race for.</summary>
    static SessionCommand Any(Random random, int step) => random.Next(step < 16 ? 8 : 10) switch
    {
        0 => new Cancel(),
        1 => new Fail("disk full"),
        2 => new PrepareFile("disk.bin"),
        3 => new Expire(),
        >= 8 => new Delete(),
        _ => new KeepAlive(random.Next(101)),
    };

    static async Task Expire(Node node, CancellationToken done)
    {
        while (!done.IsCancellationRequested)
            (await node.Schedule.RunOnce(CancellationToken.None)).Failed.ShouldBe(0);
    }

    /// <summary>Checks at any moment that a session known to be gone is not listed, and that all rules hold.</summary>
    async Task Watch(SessionAddress[] addresses, CancellationToken done)
    {
        while (!done.IsCancellationRequested)
        {
            var gone = new List<SessionId>();
            foreach (var address in addresses)
            {
                if (await nodes[0].SessionAt(address) is Session.Deleted)
                    gone.Add(address.Id);
            }

            (await nodes[1].List.Of("ana", itemId: null)).Intersect(gone).ShouldBeEmpty();
            await nodes[1].RulesShouldHold();
        }
    }

    async Task NothingShouldBeLeft()
    {
        using var patience = new CancellationTokenSource(StoreSentences.Patience);
        while (!patience.IsCancellationRequested)
        {
            if (await nodes[0].Ask<long>("select count(*) from event_store.scheduled_messages") == 0)
                break;
            await nodes[0].Schedule.RunOnce(CancellationToken.None);
            await nodes[0].Run("select pg_sleep(0.005)");
        }

        await nodes[0].ShouldBeSound();
        (await nodes[0].List.Of("ana", itemId: null)).ShouldBeEmpty();
        (await nodes[0].Ask<long>("select count(*) from event_store.events where type = 'session_deleted'"))
            .ShouldBe(16);
    }

    /// <summary>PostgreSQL counts the deadlocks that it breaks; a backend reports its count when it ends.</summary>
    async Task NobodyShouldHaveDeadlocked()
    {
        var connectionString = nodes[0].ConnectionString;
        await DisposeAsync();
        nodes = [];
        await using var after = new Node(connectionString + ";Pooling=false");
        await after.Until("""
            (select count(*) = 1 from pg_stat_activity
             where datname = current_database() and backend_type = 'client backend')
            """);
        (await after.Ask<long>("select deadlocks from pg_stat_database where datname = current_database()"))
            .ShouldBe(0);
    }
}
