using Sessions.Domain;
using Sessions.Storage;
using Sessions.Storage.Commands;
using Sessions.Tests.Fixtures;
using static Sessions.Domain.SessionCommand;

namespace Sessions.Tests.Storage;

/// <summary>
/// A connection that breaks around a commit has three outcomes: done, not done, unknown. Each kind of write is tested
/// with all of them.
/// </summary>
public sealed class CommitOutcomeTests(TestPostgres postgres) : IAsyncLifetime
{
    Node beside = null!;
    Node node = null!;
    CuttingProxy network = null!;

    public static TheoryData<string> Verbs => ["create", "create with a token", "keep alive", "prepare a file", "begin a transfer", "cancel", "fail", "delete"];

    public async ValueTask InitializeAsync()
    {
        beside = new Node(await postgres.CreateDatabase());
        network = new CuttingProxy(beside.ConnectionString);
        node = new Node(network.ConnectionString, clock: new FastClock());
    }

    public async ValueTask DisposeAsync()
    {
        await node.DisposeAsync();
        await network.DisposeAsync();
        await beside.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Cut_after_the_commit_it_is_acknowledged_and_done_once(string verb)
    {
        var (address, command, events) = await Prepare(verb);
        network.OnWrite = Only(Fate.CutAfter);

        (await Send(address, command)).ShouldBeAccepted().Address.ShouldBe(address);

        await ShouldHave(address, events);
        network.Writes.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Cut_before_it_arrives_it_is_sent_again_and_done_once(string verb)
    {
        var (address, command, events) = await Prepare(verb);
        network.OnWrite = Only(Fate.CutBefore);

        (await Send(address, command)).ShouldBeAccepted().Address.ShouldBe(address);

        await ShouldHave(address, events);
        network.Writes.ShouldBe(2);
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Cut_after_the_commit_for_good_the_outcome_is_unknown_and_all_is_there(string verb)
    {
        var (address, command, events) = await Prepare(verb);
        network.OnWrite = DownFrom(Fate.CutAfter);

        (await Send(address, command).ShouldFail<StoreUnavailableException>()).OutcomeUnknown.ShouldBeTrue();

        await ShouldHave(address, events);
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Cut_before_it_arrives_for_good_the_outcome_is_unknown_and_nothing_is_there(string verb)
    {
        var (address, command, events) = await Prepare(verb);
        var before = (await beside.EventsOf(address)).Count;
        network.OnWrite = DownFrom(Fate.CutBefore);

        (await Send(address, command).ShouldFail<StoreUnavailableException>()).OutcomeUnknown.ShouldBeTrue();

        await ShouldHave(address, before);
        network.IsDown = false;
        (await Send(address, command)).ShouldBeAccepted();
        await ShouldHave(address, events);
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task A_late_transaction_finds_its_work_done(string verb)
    {
        var (address, command, events) = await Prepare(verb);
        network.OnWrite = Only(Fate.Hold);

        (await Send(address, command)).ShouldBeAccepted().Address.ShouldBe(address);
        await network.LetThrough();

        await ShouldHave(address, events);
        network.Writes.ShouldBe(2);
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task A_late_transaction_that_overtakes_the_second_try_counts(string verb)
    {
        var (address, command, events) = await Prepare(verb);
        network.OnWrite = async number =>
        {
            if (number == 1)
                return Fate.Hold;
            await network.LetThrough();
            return Fate.Pass;
        };

        (await Send(address, command)).ShouldBeAccepted().Address.ShouldBe(address);

        await ShouldHave(address, events);
        network.Writes.ShouldBe(2);
    }

    /// <summary>
    /// The retry of the creation meets another session that took its token, and fails. That session gives the token
    /// back before the delayed transaction arrives.
    /// </summary>
    [Fact]
    public async Task A_late_creation_is_acknowledged_whatever_was_decided_since()
    {
        await using var one = new Node(network.ConnectionString, options: StoreSentences.OneLane);
        await using var lane = await HeldLane.Hold(one);
        var (token, others) = (Guid.CreateVersion7(), NodeSentences.NewAddress());
        var held = network.Writes + 2;
        network.OnWrite = async number =>
        {
            if (number == held)
            {
                await beside.Send(others, new Create(NodeSentences.Item, token));
                return Fate.Hold;
            }

            if (number == held + 1)
            {
                await beside.Send(others, new Delete());
                await network.LetThrough();
            }

            return Fate.Pass;
        };
        var address = NodeSentences.NewAddress();
        var creation = one.Send(address, new Create(NodeSentences.Item, token));
        var another = one.Create();

        await lane.Release();

        (await creation.WaitAsync(StoreSentences.Patience)).ShouldBeAccepted().Address.ShouldBe(address);
        await another;
        await ShouldHave(address, 1);
    }

    [Fact]
    public async Task A_whole_batch_in_doubt_is_done_once()
    {
        await using var one = new Node(network.ConnectionString, options: StoreSentences.OneLane);
        var (kept, deleted) = (await one.Create(), await one.Create());
        await using var lane = await HeldLane.Hold(one);
        // The command that holds the lane writes first.
        var next = network.Writes + 2;
        network.OnWrite = number => Task.FromResult(number == next ? Fate.CutAfter : Fate.Pass);
        var keepAlives = Enumerable.Range(1, 5).Select(i => one.Send(kept, new KeepAlive(i))).ToArray();
        var deletion = one.Send(deleted, new Delete());
        var refusal = one.Send(deleted, new Delete());
        var creations = Enumerable.Range(0, 20).Select(_ => one.Create()).ToArray();

        await lane.Release();

        foreach (var keepAlive in keepAlives)
            (await keepAlive).ShouldBeAccepted();
        (await deletion).ShouldBeAccepted();
        (await refusal).ShouldBeRefused().ShouldBe(Refusal.NotFound);
        (await Task.WhenAll(creations)).Distinct().Count().ShouldBe(20);
        await ShouldHave(kept, 6);
        await ShouldHave(deleted, 2);
        (await beside.Ask<long>("select count(*) from event_store.streams")).ShouldBe(23);
    }

    [Fact]
    public async Task A_database_that_cannot_be_reached_at_all_leaves_no_doubt()
    {
        network.IsDown = true;

        var refused = await Send(NodeSentences.NewAddress(), new Create(NodeSentences.Item))
            .ShouldFail<StoreUnavailableException>();

        refused.OutcomeUnknown.ShouldBeFalse();
        network.IsDown = false;
        await node.Create();
    }

    [Fact]
    public async Task A_database_that_breaks_at_every_write_is_given_up()
    {
        var address = await beside.Create();
        network.OnWrite = _ => Task.FromResult(Fate.CutBefore);

        (await Send(address, new Delete()).ShouldFail<StoreUnavailableException>()).OutcomeUnknown.ShouldBeTrue();

        network.Writes.ShouldBeGreaterThan(1);
        await ShouldHave(address, 1);
    }

    [Fact]
    public async Task A_database_that_takes_no_writes_is_given_up_without_doubt()
    {
        await using var standby = new Node(
            beside.ConnectionString + ";Options=-c default_transaction_read_only=on", clock: new FastClock());

        var refused = await standby.Send(NodeSentences.NewAddress(), new Create(NodeSentences.Item))
            .WaitAsync(StoreSentences.Patience).ShouldFail<StoreUnavailableException>();

        refused.OutcomeUnknown.ShouldBeFalse();
    }

    async Task<(SessionAddress Address, SessionCommand Command, int Events)> Prepare(string verb)
    {
        var address = verb.StartsWith("create", StringComparison.Ordinal)
            ? NodeSentences.NewAddress()
            : await beside.Create();
        return verb switch
        {
            "create" => (address, new Create(NodeSentences.Item), 1),
            "create with a token" => (address, new Create(NodeSentences.Item, Guid.CreateVersion7()), 1),
            "keep alive" => (address, new KeepAlive(40), 2),
            // This command and the next also renew the lease.
            "prepare a file" => (address, new PrepareFile(NodeSentences.Item.Files[0].Name), 3),
            "begin a transfer" => (address, new RecordTransfer(
                Guid.CreateVersion7(), NodeSentences.Item.Files[0].Name, new ByteRange(0, 1), TransferStep.Started), 3),
            "cancel" => (address, new Cancel(), 2),
            "fail" => (address, new Fail("no room"), 2),
            _ => (address, new Delete(), 2),
        };
    }

    Task<CommandOutcome> Send(SessionAddress address, SessionCommand command) =>
        node.Send(address, command).WaitAsync(StoreSentences.Patience);

    static Func<int, Task<Fate>> Only(Fate first) => number => Task.FromResult(number == 1 ? first : Fate.Pass);

    Func<int, Task<Fate>> DownFrom(Fate first) => number =>
    {
        network.IsDown |= number == 1;
        return Task.FromResult(number == 1 ? first : Fate.Pass);
    };

    async Task ShouldHave(SessionAddress address, int events)
    {
        (await beside.EventsOf(address)).Count.ShouldBe(events);
        await beside.ShouldBeSound();
    }
}
