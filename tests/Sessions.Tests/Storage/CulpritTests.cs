using System.Globalization;
using Npgsql;
using Sessions.Domain;
using Sessions.Storage;
using Sessions.Storage.Log;
using Sessions.Tests.Fixtures;
using static Sessions.Domain.SessionCommand;

namespace Sessions.Tests.Storage;

/// <summary>A command that cannot be carried out, among others that can.</summary>
public sealed class CulpritTests(TestPostgres postgres) : IAsyncLifetime
{
    Node node = null!;

    public async ValueTask InitializeAsync()
    {
        node = new Node(await postgres.CreateDatabase(), options: StoreSentences.OneLane);
        await node.Run(StoreSentences.RefuseEvents("new.owner like 'culprit%'"));
    }

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(24)]
    public async Task One_that_cannot_be_written_fails_alone(int culprits)
    {
        await using var lane = await HeldLane.Hold(node);
        var good = Enumerable.Range(0, 40).Select(_ => node.Create()).ToList();
        var bad = Enumerable.Range(0, culprits).Select(i => node.Create($"culprit{i}")).ToList();
        good.AddRange(Enumerable.Range(0, 23).Select(_ => node.Create()));

        await lane.Release();

        foreach (var (i, culprit) in bad.Index())
        {
            (await culprit.ShouldFail<PostgresException>()).MessageText
                .ShouldBe(string.Create(CultureInfo.InvariantCulture, $"no events for culprit{i}"));
        }

        await Task.WhenAll(good);
        (await node.Ask<long>("select count(*) from event_store.streams where owner <> 'holder'")).ShouldBe(63);
        await node.ShouldBeSound();
    }

    [Fact]
    public async Task One_whose_stream_cannot_be_read_fails_alone()
    {
        var (sound, broken) = (await node.Create(), await node.Create());
        await node.Run($$"""
            update event_store.streams set snapshot = '{"lease": 7}' {{broken.Where()}};
            update event_store.events set data = '[]' {{broken.Where()}}
            """);
        await using var lane = await HeldLane.Hold(node);
        var before = node.Send(sound, new KeepAlive(40));
        var culprit = node.Send(broken, new KeepAlive(40));
        var behind = node.Create();

        await lane.Release();

        await culprit.ShouldFail<UnreadableEventException>();
        (await before).ShouldBeAccepted();
        await behind;
        (await node.Ask<long>($"select count(*) from event_store.events {broken.Where()}")).ShouldBe(1);
    }

    [Fact]
    public async Task Events_of_a_newer_program_stop_their_own_stream_only()
    {
        var (sound, newer) = (await node.Create(), await node.Create());
        await node.Run($"""
            update event_store.streams set snapshot_schema = 99 {newer.Where()};
            update event_store.events set type = 'session_moved' {newer.Where()};
            """);
        await using var lane = await HeldLane.Hold(node);
        var culprit = node.Send(newer, new Delete());
        var other = node.Send(sound, new Delete());

        await lane.Release();

        (await culprit.ShouldFail<UnreadableEventException>()).IsNewer.ShouldBeTrue();
        (await other).ShouldBeAccepted();
    }

    public static TheoryData<Exception> Faults => [new InvalidOperationException("no canceled sessions"), new InsufficientMemoryException()];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_read_model_that_cannot_be_told_of_one_event_stops_that_one_only(Exception fault)
    {
        await using var projecting = new Node(
            node.ConnectionString, options: StoreSentences.OneLane, project: (_, events) =>
            {
                if (events.Any(one => one.Event is SessionEvent.SessionCanceled))
                    throw fault;
            });
        var (sound, culprit) = (await projecting.Create(), await projecting.Create());
        await using var lane = await HeldLane.Hold(projecting);
        var canceled = projecting.Send(culprit, new Cancel());
        var renewed = projecting.Send(sound, new KeepAlive());

        await lane.Release();

        (await canceled.ShouldFail<Exception>()).ShouldBe(fault);
        (await renewed).ShouldBeAccepted();
    }
}
