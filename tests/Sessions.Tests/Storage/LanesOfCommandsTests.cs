using Sessions.Projections;
using Sessions.Storage;
using Sessions.Storage.Commands;
using Sessions.Tests.Fixtures;
using static Sessions.Domain.SessionCommand;

namespace Sessions.Tests.Storage;

/// <summary>Which commands run in parallel, and which run one after another.</summary>
public sealed class LanesOfCommandsTests(TestPostgres postgres) : IAsyncLifetime
{
    static readonly CommandOptions FourLanes = new() { Lanes = 4 };

    string connectionString = "";
    int written;
    Node node = null!;

    public async ValueTask InitializeAsync()
    {
        connectionString = await postgres.CreateDatabase();
        node = new Node(connectionString, options: FourLanes, project: (batch, events) =>
        {
            Interlocked.Add(ref written, events.Count);
            SessionList.Project(batch, events);
        });
    }

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Fact]
    public async Task Commands_of_a_session_are_never_overtaken_on_their_own_node()
    {
        // Seven sessions: if commands took the four lanes in turn, those of one session would end up in different
        // lanes.
        var sessions = await Task.WhenAll(Enumerable.Range(0, 7).Select(_ => node.Create()));

        var renewals = await Task.WhenAll(
            Enumerable.Range(0, 512).Select(i => node.Send(sessions[i % sessions.Length], new KeepAlive())));

        renewals.ShouldAllBe(renewal => renewal.ShouldBeAccepted() != null);
        // An overtaken command is decided and written again, so more events would have been written than are stored.
        (await node.Ask<long>("select count(*) from event_store.events")).ShouldBe(written);
        await node.ShouldBeSound();
    }

    [Fact]
    public async Task Commands_of_many_sessions_go_in_all_lanes()
    {
        var sessions = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => node.Create()));
        await using var held = await OpenTransaction.Begin(connectionString);
        await held.Run("lock table event_store.streams in access exclusive mode");
        var renewals = Task.WhenAll(sessions.Select(session => node.Send(session, new KeepAlive())));

        await node.UntilLocked(4);

        await held.Commit();
        (await renewals).ShouldAllBe(renewal => renewal.ShouldBeAccepted() != null);
    }
}
