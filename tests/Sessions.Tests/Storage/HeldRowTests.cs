using Sessions.Storage;
using Sessions.Tests.Fixtures;
using static Sessions.Domain.SessionCommand;

namespace Sessions.Tests.Storage;

/// <summary>
/// A session's row that a transaction locks and does not release: an operator's, or that of a node that has lost power.
/// </summary>
public sealed class HeldRowTests(TestPostgres postgres) : IAsyncLifetime
{
    /// <summary>How long commands on other sessions may wait: far less than a statement's 30 s.</summary>
    static readonly TimeSpan Moment = TimeSpan.FromSeconds(10);

    Node node = null!;

    public async ValueTask InitializeAsync() =>
        node = new Node(await postgres.CreateDatabase(), options: StoreSentences.OneLane);

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Fact]
    public async Task Commands_on_it_are_turned_away_and_all_others_are_carried_out()
    {
        var (held, free) = (await node.Create(), await node.Create());
        await using var row = await node.Lock(held);
        var alone = node.Send(held, new Delete());
        await node.Until(
            "exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')");
        var creations = Enumerable.Range(0, 100).Select(_ => node.Create()).ToList();
        var among = node.Send(held, new KeepAlive(40));
        var other = node.Send(free, new KeepAlive(40));
        creations.AddRange(Enumerable.Range(0, 100).Select(_ => node.Create()));

        await Task.WhenAll(creations).WaitAsync(Moment);
        (await other.WaitAsync(Moment)).ShouldBeAccepted();
        foreach (var turnedAway in new[] { alone, among })
            (await turnedAway.ShouldFail<StoreUnavailableException>()).OutcomeUnknown.ShouldBeFalse();

        await row.Commit();
        (await node.EventsOf(held)).Count.ShouldBe(1);
        (await node.Send(held, new Delete())).ShouldBeAccepted();
        await node.ShouldBeSound();
    }

    [Fact]
    public async Task A_row_that_is_let_go_in_time_is_waited_for()
    {
        // By default a batch waits one second for a row. A slow machine may need longer to release it.
        await using var patient = new Node(
            node.ConnectionString, options: StoreSentences.OneLane with { LockPatience = TimeSpan.FromSeconds(20) });
        var held = await node.Create();
        await using var row = await node.Lock(held);
        var waiting = patient.Send(held, new Delete());
        await node.Until(
            "exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')");

        await row.Commit();

        (await waiting.WaitAsync(StoreSentences.Patience)).ShouldBeAccepted();
    }
}
