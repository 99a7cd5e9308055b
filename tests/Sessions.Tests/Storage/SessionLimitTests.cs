using System.Collections.Concurrent;
using Sessions.Domain;
using Sessions.Storage;
using Sessions.Storage.Commands;
using Sessions.Tests.Fixtures;
using static Sessions.Domain.SessionCommand;

namespace Sessions.Tests.Storage;

/// <summary>How many sessions one user may have: exactly the limit, on any number of nodes.</summary>
public sealed class SessionLimitTests(TestPostgres postgres) : IAsyncLifetime
{
    const int Racers = 64;
    const int Most = 5;

    static readonly LeasePolicy Limited = new() { MaxSessionsPerUser = Most };

    Node[] nodes = [];

    public async ValueTask InitializeAsync()
    {
        var connectionString = await postgres.CreateDatabase();
        nodes = [new Node(connectionString, Limited), new Node(connectionString, Limited)];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in nodes)
            await node.DisposeAsync();
    }

    [Fact]
    public async Task Of_many_who_create_at_the_same_time_on_two_nodes_as_many_succeed_as_may()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, Racers).Select(racer => Create(racer % 2)))
            .WaitAsync(StoreSentences.Patience);

        outcomes.Count(outcome => outcome.Decision is Decision.Accepted).ShouldBe(Most);
        outcomes.Count(IsRefused).ShouldBe(Racers - Most);
        (await Count("ana")).ShouldBe(Most);
        await nodes[0].ShouldBeSound();
    }

    [Fact]
    public async Task Two_nodes_that_have_both_counted_do_not_both_create()
    {
        for (var i = 1; i < Most; i++)
            await nodes[0].Create();
        await using var last = await OpenTransaction.Begin(nodes[0].ConnectionString);
        await last.Run("select read_models.check_session_limit(array['ana'], 5)");

        Task<CommandOutcome>[] creations = [Create(0), Create(1)];
        await nodes[0].Until("""
            (select count(*) = 2 from pg_stat_activity
             where datname = current_database() and wait_event = 'advisory')
            """);
        await last.Commit();

        var outcomes = await Task.WhenAll(creations).WaitAsync(StoreSentences.Patience);
        outcomes.Count(IsRefused).ShouldBe(1);
        (await Count("ana")).ShouldBe(Most);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Whoever_creates_and_deletes_nobody_ever_has_more_and_every_free_place_can_be_taken(int seed)
    {
        string[] owners = ["ana", "bo", "cy"];
        var seen = new ConcurrentBag<long>();
        using var done = new CancellationTokenSource();
        var watch = Watch(seen, done.Token);

        await Task.WhenAll(Enumerable.Range(0, Racers).Select(async racer =>
        {
            var random = new Random((seed * 1000) + racer);
            for (var i = 0; i < 8; i++)
            {
                var owner = owners[random.Next(owners.Length)];
                var created = await Create(racer % 2, owner);
                if (!IsRefused(created))
                    (await nodes[random.Next(2)].Send(created.Address, new Delete())).ShouldBeAccepted();
            }
        })).WaitAsync(StoreSentences.Patience);
        await done.CancelAsync();
        await watch;

        seen.Max().ShouldBeInRange(1, Most);
        foreach (var owner in owners)
        {
            (await Count(owner)).ShouldBe(0);
            for (var i = 0; i < Most; i++)
                (await Create(i % 2, owner)).ShouldBeAccepted();
            (await Create(0, owner)).ShouldBeRefused().ShouldBe(Refusal.TooManySessions);
        }

        await nodes[0].ShouldBeSound();
    }

    [Fact]
    public async Task A_deletion_frees_a_place_for_who_comes_behind_it_in_the_same_batch()
    {
        await using var node = new Node(nodes[0].ConnectionString, Limited, StoreSentences.OneLane);
        var first = await node.Create();
        for (var i = 1; i < Most; i++)
            await node.Create();

        await using var lane = await HeldLane.Hold(node);
        var refused = node.Send(NodeSentences.NewAddress(), new SessionCommand.Create(NodeSentences.Item));
        var deleted = node.Send(first, new Delete());
        var created = node.Send(NodeSentences.NewAddress(), new SessionCommand.Create(NodeSentences.Item));
        var oneMore = node.Send(NodeSentences.NewAddress(), new SessionCommand.Create(NodeSentences.Item));
        await lane.Release();

        (await refused).ShouldBeRefused().ShouldBe(Refusal.TooManySessions);
        (await deleted).ShouldBeAccepted();
        (await created).ShouldBeAccepted();
        (await oneMore).ShouldBeRefused().ShouldBe(Refusal.TooManySessions);
    }

    /// <summary>Users without sessions count too, or the write would be refused and the batch taken apart.</summary>
    [Fact]
    public async Task A_user_who_had_none_is_counted_within_one_batch()
    {
        await using var network = new CuttingProxy(nodes[0].ConnectionString);
        await using var node = new Node(network.ConnectionString, Limited, StoreSentences.OneLane);
        var lane = await HeldLane.Hold(node);
        var before = network.Writes;
        var creations = Enumerable.Range(0, Most + 3)
            .Select(_ => node.Send(NodeSentences.NewAddress("new"), new SessionCommand.Create(NodeSentences.Item))).ToArray();
        await lane.Release();
        await lane.DisposeAsync();

        (await Task.WhenAll(creations)).Count(IsRefused).ShouldBe(3);
        network.Writes.ShouldBe(before + 2, "one of the command that held the lane");
    }

    /// <summary>
    /// A place is free again when the delayed creation arrives, although there was none when the node looked for it.
    /// </summary>
    [Fact]
    public async Task A_creation_that_may_still_come_is_not_refused()
    {
        await using var network = new CuttingProxy(nodes[0].ConnectionString);
        await using var node = new Node(network.ConnectionString, Limited, clock: new FastClock());
        var others = await Task.WhenAll(Enumerable.Range(1, Most - 1).Select(_ => nodes[0].Create()));
        network.OnWrite = async _ =>
        {
            await nodes[0].Create();
            return Fate.Hold;
        };

        var unknown = await node.Create().ShouldFail<StoreUnavailableException>();
        (await nodes[0].Send(others[0], new Delete())).ShouldBeAccepted();
        await network.LetThrough();

        (await Count("ana")).ShouldBe(Most, "it came");
        unknown.OutcomeUnknown.ShouldBeTrue();
    }

    [Fact]
    public async Task An_ended_session_takes_a_place_until_it_is_removed()
    {
        await using var node = new Node(nodes[0].ConnectionString, Limited with { Retention = TimeSpan.Zero });
        var first = await node.Create();
        for (var i = 1; i < Most; i++)
            await node.Create();
        (await node.Send(first, new Cancel())).ShouldBeAccepted();
        (await Create(0)).ShouldBeRefused().ShouldBe(Refusal.TooManySessions);

        await node.Schedule.RunUntilDone();

        (await Create(0)).ShouldBeAccepted();
    }

    [Fact]
    public async Task A_creation_that_is_sent_again_finds_its_session_however_many_there_are()
    {
        var token = Guid.CreateVersion7();
        var address = await nodes[0].Create(token: token);
        for (var i = 1; i < Most; i++)
            await nodes[0].Create();

        var again = await nodes[1].Send(
            NodeSentences.NewAddress(), new SessionCommand.Create(NodeSentences.Item, token));

        again.ShouldBeAccepted().Address.ShouldBe(address);
    }

    [Fact]
    public async Task A_limit_that_is_set_below_what_a_user_has_lets_him_create_when_he_is_below_it()
    {
        await using var unlimited = new Node(nodes[0].ConnectionString);
        var addresses = await Task.WhenAll(Enumerable.Range(0, Most + 2).Select(_ => unlimited.Create()));

        foreach (var address in addresses[..2])
        {
            (await Create(0)).ShouldBeRefused().ShouldBe(Refusal.TooManySessions);
            (await nodes[1].Send(address, new Delete())).ShouldBeAccepted();
        }

        (await Create(0)).ShouldBeRefused().ShouldBe(Refusal.TooManySessions);
        (await nodes[1].Send(addresses[2], new Delete())).ShouldBeAccepted();
        (await Create(0)).ShouldBeAccepted();
    }

    Task<CommandOutcome> Create(int node, string owner = "ana") =>
        nodes[node].Send(NodeSentences.NewAddress(owner), new SessionCommand.Create(NodeSentences.Item));

    static bool IsRefused(CommandOutcome outcome) => outcome.Decision == new Decision.Refused(Refusal.TooManySessions);

    Task<long> Count(string owner) =>
        nodes[0].Ask<long>($"select count(*) from read_models.session_list where owner = '{owner}'");

    async Task Watch(ConcurrentBag<long> seen, CancellationToken done)
    {
        while (!done.IsCancellationRequested)
        {
            seen.Add(await nodes[0].Ask<long>("""
                select coalesce(max(listed), 0)
                from (select count(*) as listed from read_models.session_list group by owner) as owners
                """));
        }
    }
}
