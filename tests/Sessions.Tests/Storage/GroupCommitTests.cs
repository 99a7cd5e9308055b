using Sessions.Domain;
using Sessions.Storage;
using Sessions.Tests.Fixtures;
using static Sessions.Domain.SessionCommand;

namespace Sessions.Tests.Storage;

public sealed class GroupCommitTests(TestPostgres postgres) : IAsyncLifetime
{
    string connectionString = "";
    Node node = null!;

    public async ValueTask InitializeAsync()
    {
        connectionString = await postgres.CreateDatabase();
        node = new Node(connectionString, options: StoreSentences.OneLane);
    }

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Fact]
    public async Task Commands_that_wait_at_the_same_time_share_one_transaction()
    {
        var canceled = await node.Create("bo");
        await using var lane = await HeldLane.Hold(node);
        var creations = Enumerable.Range(0, 100).Select(_ => node.Create()).ToArray();
        var cancellation = node.Send(canceled, new Cancel());
        var refusal = node.Send(NodeSentences.NewAddress(), new KeepAlive());

        await lane.Release();

        (await Task.WhenAll(creations)).Distinct().Count().ShouldBe(100);
        (await cancellation).Session.ShouldBeOfType<Session.Ended>();
        (await refusal).ShouldBeRefused().ShouldBe(Refusal.NotFound);
        (await node.Ask<long>("""
            select count(distinct transaction_id) from event_store.events
            where owner = 'ana' or type = 'session_canceled'
            """)).ShouldBe(1);
        await node.ShouldBeSound();
    }

    [Fact]
    public async Task A_batch_is_no_larger_than_its_limit()
    {
        await using var small = new Node(connectionString, options: StoreSentences.OneLane with { BatchLimit = 10 });
        await using var lane = await HeldLane.Hold(small);
        var creations = Enumerable.Range(0, 100).Select(_ => small.Create()).ToArray();

        await lane.Release();
        await Task.WhenAll(creations);

        (await node.Ask<bool>("""
            select count(*) = 10 and max(events) = 10
            from (select count(*) as events from event_store.events
                  where owner = 'ana' group by transaction_id) as batch
            """)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_command_alone_goes_alone()
    {
        for (var i = 0; i < 5; i++)
            await node.Create();

        (await node.Ask<long>("select count(distinct transaction_id) from event_store.events")).ShouldBe(5);
    }

    [Fact]
    public async Task Commands_on_one_session_are_decided_in_their_order()
    {
        var address = await node.Create();
        await using var lane = await HeldLane.Hold(node);
        var outcomes = new SessionCommand[]
        {
            new KeepAlive(40), new KeepAlive(30), new Fail("disk full"), new KeepAlive(50), new Delete(), new Delete(),
        }.Select(command => node.Send(address, command)).ToArray();

        await lane.Release();

        var decisions = (await Task.WhenAll(outcomes)).Select(outcome => outcome.Decision).ToArray();
        decisions[..3].ShouldAllBe(decision => decision is Decision.Accepted);
        decisions[3].ShouldBe(new Decision.Refused(Refusal.NotActive));
        decisions[4].ShouldBeOfType<Decision.Accepted>();
        decisions[5].ShouldBe(new Decision.Refused(Refusal.NotFound));
        (await node.EventsOf(address)).Select(e => e.GetType().Name).ShouldBe(
            ["SessionCreated", "SessionKeptAlive", "SessionKeptAlive", "SessionFailed", "SessionDeleted"]);
        await node.ShouldBeSound();
    }

    [Fact]
    public async Task Each_caller_sees_the_session_as_his_own_command_left_it()
    {
        var address = await node.Create();
        await using var lane = await HeldLane.Hold(node);
        var outcomes = Enumerable.Range(1, 20).Select(i => node.Send(address, new KeepAlive(i))).ToArray();

        await lane.Release();

        (await Task.WhenAll(outcomes)).Select(outcome => outcome.Session.ShouldBeOfType<Session.Active>().Progress)
            .ShouldBe(Enumerable.Range(1, 20));
    }

    [Fact]
    public async Task A_session_may_be_created_and_removed_in_one_batch()
    {
        var (address, token) = (NodeSentences.NewAddress(), Guid.CreateVersion7());
        await using var lane = await HeldLane.Hold(node);
        var creation = node.Send(address, new Create(NodeSentences.Item, token));
        var deletion = node.Send(address, new Delete());
        var again = node.Send(NodeSentences.NewAddress(), new Create(NodeSentences.Item, token));

        await lane.Release();

        (await creation).ShouldBeAccepted();
        (await deletion).ShouldBeAccepted().Session.ShouldBeOfType<Session.Deleted>();
        (await again).ShouldBeAccepted().Address.ShouldNotBe(address);
        await node.ShouldBeSound();
    }

    [Fact]
    public async Task An_id_that_is_taken_is_refused()
    {
        var address = await node.Create();

        (await node.Send(address, new Create(NodeSentences.Item))).ShouldBeRefused().ShouldBe(Refusal.AlreadyExists);
        (await node.EventsOf(address)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_full_queue_turns_the_next_command_away()
    {
        await using var small = new Node(connectionString, options: StoreSentences.OneLane with { QueueLimit = 4 });
        await using var lane = await HeldLane.Hold(small);
        var waiting = Enumerable.Range(0, 4).Select(_ => small.Create()).ToArray();

        (await Should.ThrowAsync<StoreUnavailableException>(() => small.Create())).OutcomeUnknown.ShouldBeFalse();

        await lane.Release();
        await Task.WhenAll(waiting);
        await small.Create();
        (await node.Ask<long>("select count(*) from event_store.streams where owner = 'ana'")).ShouldBe(5);
    }

    [Fact]
    public async Task A_command_whose_caller_has_left_is_dropped()
    {
        await using var lane = await HeldLane.Hold(node);
        using var caller = new CancellationTokenSource();
        var address = NodeSentences.NewAddress();
        var dropped = node.Commands.Submit(
            address, new Create(NodeSentences.Item), NodeSentences.By("ana"), caller.Token);
        await caller.CancelAsync();

        await lane.Release();

        await dropped.ShouldFail<OperationCanceledException>();
        (await node.EventsOf(address)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Closing_answers_those_who_wait()
    {
        var closing = new Node(connectionString, options: StoreSentences.OneLane);
        await using var lane = await HeldLane.Hold(closing);
        var waiting = Enumerable.Range(0, 10).Select(_ => closing.Create()).ToArray();

        var closed = closing.Commands.DisposeAsync().AsTask();
        await lane.Release();
        await closed;

        (await Task.WhenAll(waiting).WaitAsync(StoreSentences.Patience)).Length.ShouldBe(10);
        await closing.DisposeAsync();
    }
}
