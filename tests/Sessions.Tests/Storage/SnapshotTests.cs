using System.Globalization;
using Sessions.Domain;
using Sessions.Storage;
using Sessions.Storage.Streams;
using Sessions.Tests.Fixtures;
using static Sessions.Domain.SessionCommand;

namespace Sessions.Tests.Storage;

/// <summary>A stream's row holds its state, which is exactly what its events say.</summary>
public sealed class SnapshotTests(TestPostgres postgres) : IAsyncLifetime
{
    static readonly Guid Transfer = Guid.CreateVersion7();

    Node node = null!;
    Node lapsing = null!;

    /// <summary>Command sequences that lead to every state and set every member that a state has.</summary>
    public static TheoryData<string, SessionCommand[]> Lives => new()
    {
        { "Active", [] },
        { "Active", [new KeepAlive(40), new KeepAlive(100)] },
        { "Active", [new PrepareFile("disk.bin"), new PrepareFile("note.txt", EndpointType.Direct)] },
        {
            "Active",
            [
                Step(TransferStep.Started, 0, 1024),
                Step(TransferStep.Aborted, 0, 100),
                Step(TransferStep.Finished, 500, 1024),
            ]
        },
        { "Ended", [new KeepAlive(7), new Cancel()] },
        { "Ended", [new Fail("диск \"voll\" 💾 \0")] },
        { "Ended", [new PrepareFile("disk.bin"), new Cancel(), Step(TransferStep.Finished, 0, 1024)] },
        { "Deleted", [new Delete()] },
        { "Deleted", [new Fail(""), new Delete()] },
    };

    public async ValueTask InitializeAsync()
    {
        node = new Node(await postgres.CreateDatabase());
        lapsing = new Node(node.ConnectionString, StoreSentences.OverAtOnce);
    }

    public async ValueTask DisposeAsync()
    {
        await lapsing.DisposeAsync();
        await node.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Lives))]
    public async Task A_snapshot_is_the_replay_of_the_events(string state, SessionCommand[] commands)
    {
        var address = await Live(node, commands);

        await ShouldBeItsReplay(address, state);
    }

    [Fact]
    public async Task So_it_is_for_sessions_that_expired_and_were_purged()
    {
        var (expired, purged) = (await lapsing.Create(), await lapsing.Create());
        await lapsing.Schedule.RunOnce(CancellationToken.None);
        await node.Run($"update event_store.scheduled_messages set due_at = now() + interval '1 hour' {expired.Where()}");
        await lapsing.Schedule.RunOnce(CancellationToken.None);

        await ShouldBeItsReplay(expired, "Ended");
        await ShouldBeItsReplay(purged, "Deleted");
    }

    [Theory]
    [MemberData(nameof(Lives))]
    public async Task A_snapshot_of_another_schema_is_not_read_but_folded(string state, SessionCommand[] commands)
    {
        var address = await Live(node, commands);
        await MakeOutdated(address);

        await ShouldBeItsReplay(address, state);
    }

    [Fact]
    public async Task A_command_folds_it_and_writes_the_current_schema()
    {
        var address = await Live(node, [new KeepAlive(40)]);
        await MakeOutdated(address);

        var outcome = await node.Send(address, new PrepareFile("disk.bin"));

        outcome.ShouldBeAccepted().Session.ShouldBeOfType<Session.Active>().Progress.ShouldBe(40);
        await ShouldBeCurrent(address);
        await ShouldBeItsReplay(address, "Active");
    }

    [Fact]
    public async Task So_does_a_creation_with_its_token()
    {
        var token = Guid.CreateVersion7();
        var address = await node.Create(token: token);
        await MakeOutdated(address);

        (await node.Create(token: token)).ShouldBe(address);
        (await node.Send(NodeSentences.NewAddress(), new Create(StoreSentences.AnotherItem, token)))
            .ShouldBeRefused().ShouldBe(Refusal.ClientTokenReused);
    }

    [Fact]
    public async Task So_does_the_schedule()
    {
        var address = await lapsing.Create();
        await MakeOutdated(address);

        (await lapsing.Schedule.RunOnce(CancellationToken.None)).Ended.ShouldBe(1);

        await ShouldBeCurrent(address);
        await ShouldBeItsReplay(address, "Ended");
    }

    static RecordTransfer Step(TransferStep step, long start, long end) =>
        new(Transfer, "disk.bin", new ByteRange(start, end), step, TimeSpan.FromSeconds(2));

    static async Task<SessionAddress> Live(Node node, SessionCommand[] commands)
    {
        var address = NodeSentences.NewAddress();
        var by = NodeSentences.By("ana") with { MayReadStorage = true };
        foreach (var command in commands.Prepend(new Create(NodeSentences.Item, Guid.CreateVersion7())))
            (await node.Commands.Submit(address, command, by, CancellationToken.None)).ShouldBeAccepted();
        return address;
    }

    Task MakeOutdated(SessionAddress address) => node.Run(
        $$"""update event_store.streams set snapshot_schema = 0, snapshot = '{"other": []}' {{address.Where()}}""");

    async Task ShouldBeItsReplay(SessionAddress address, string state)
    {
        var replayed = Session.Fold(await node.EventsOf(address));
        replayed.GetType().Name.ShouldBe(state);
        var loaded = await node.Store.Load(address);
        loaded.Session.ShouldBe(replayed);
        loaded.Version.ToString(CultureInfo.InvariantCulture).ShouldBe(
            await node.Ask<string>($"select version::text from event_store.streams {address.Where()}"));
    }

    async Task ShouldBeCurrent(SessionAddress address) =>
        (await node.Ask<short>($"select snapshot_schema from event_store.streams {address.Where()}")).ShouldBe(SnapshotJson.Schema);
}
