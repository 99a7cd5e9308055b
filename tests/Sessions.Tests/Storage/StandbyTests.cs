using Sessions.Domain;
using Sessions.Storage;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Storage;

/// <summary>
/// A commit waits for a synchronous standby that is not there. However the wait ends, every commit that the node
/// acknowledges is on a standby.
/// </summary>
public sealed class StandbyTests : IAsyncLifetime
{
    const string Waits = "from pg_stat_activity where wait_event = 'SyncRep'";

    LonelyPrimary primary = null!;
    Node beside = null!;

    public async ValueTask InitializeAsync()
    {
        primary = await LonelyPrimary.Start();
        beside = new Node(primary.ConnectionStringBeside);
    }

    public async ValueTask DisposeAsync()
    {
        if (primary is null)
            return;
        await beside.DisposeAsync();
        await primary.DisposeAsync();
    }

    /// <summary>
    /// When its wait is cancelled, PostgreSQL reports the commit as done, and warns that a standby may not have it.
    /// </summary>
    [Fact]
    public async Task A_commit_that_no_standby_confirms_in_time_is_not_acknowledged()
    {
        await using var node = new Node(primary.ConnectionString + ";Command Timeout=1", clock: new FastClock());
        var address = NodeSentences.NewAddress();

        var unknown = await node.Send(address, new SessionCommand.Create(NodeSentences.Item))
            .ShouldFail<StoreUnavailableException>();

        unknown.OutcomeUnknown.ShouldBeTrue();
        (await beside.EventsOf(address)).Count.ShouldBe(1);
    }

    /// <summary>
    /// The node finds its command in the log, but it is safe there only while this server remains the primary.
    /// </summary>
    [Fact]
    public async Task A_commit_whose_wait_was_ended_is_acknowledged_when_a_standby_has_it()
    {
        await using var node = new Node(primary.ConnectionString, clock: new StandingClock());
        var created = node.Create();
        await beside.Until($"exists (select {Waits})");
        var first = await beside.Ask<int>($"select pid {Waits}");
        await beside.Run($"select pg_terminate_backend({first})");

        await Task.WhenAny(created, beside.Until($"exists (select {Waits} and pid <> {first})"));
        created.IsCompleted.ShouldBeFalse();
        await primary.AddStandby();

        var address = await created.WaitAsync(StoreSentences.Patience);
        (await beside.EventsOf(address)).Count.ShouldBe(1);
        await node.Create();
    }
}
