using Npgsql;
using Sessions.Domain;
using Sessions.Storage;
using Sessions.Storage.Log;
using Sessions.Storage.Schedule;
using Sessions.Tests.Fixtures;
using static Sessions.Domain.SessionCommand;
using static Sessions.Domain.SessionEvent;

namespace Sessions.Tests.Storage;

public sealed class ScheduleTests(TestPostgres postgres) : IAsyncLifetime
{
    Node node = null!;
    Node lapsing = null!;

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

    [Fact]
    public async Task With_nothing_to_do_a_pass_does_nothing() =>
        (await Pass()).ShouldBe(new SchedulePass(Taken: 0, Ended: 0, Failed: 0, More: false, NextDueIn: null));

    [Fact]
    public async Task A_lease_that_runs_is_left_alone_and_its_end_is_foretold()
    {
        await node.Create();

        var pass = await Pass();

        pass.Taken.ShouldBe(0);
        pass.NextDueIn!.Value.ShouldBeInRange(TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task A_session_expires_when_its_lease_is_over_and_not_before()
    {
        var policy = new LeasePolicy { IdleTimeout = TimeSpan.FromMilliseconds(40) };
        await using var brief = new Node(node.ConnectionString, policy);
        var address = await brief.Create();
        for (var pass = 0; pass < 1000 && await brief.SessionAt(address) is Session.Active; pass++)
            await brief.Schedule.RunOnce(CancellationToken.None);

        var events = await node.EventsOf(address);

        var expired = events[^1].ShouldBeOfType<SessionExpired>();
        expired.Reason.ShouldBe(ExpiryReason.Idle);
        expired.At.ShouldBeGreaterThanOrEqualTo(events[0].ShouldBeOfType<SessionCreated>().ExpiresAt);
        (await node.Store.Read(address, CancellationToken.None).ToListAsync())[^1].Provenance.Node.ShouldBe(Node.Name);
    }

    /// <summary>The node's connection to the database stays open, as if its machine had lost power.</summary>
    [Fact]
    public async Task A_node_that_vanishes_in_the_middle_of_a_pass_does_not_keep_what_it_has_taken()
    {
        var address = await lapsing.Create();
        await lapsing.Schedule.RunOnce(CancellationToken.None);
        await using var network = new CuttingProxy(node.ConnectionString);
        network.OnWrite = _ => Task.FromResult(Fate.Hold);
        await using (var vanishing = new Node(network.ConnectionString, StoreSentences.OverAtOnce))
            await vanishing.Schedule.RunOnce(CancellationToken.None).ShouldFail<NpgsqlException>();
        (await lapsing.Schedule.RunOnce(CancellationToken.None)).Taken.ShouldBe(0);

        using var patience = new CancellationTokenSource(StoreSentences.Patience);
        while (!patience.IsCancellationRequested && await node.SessionAt(address) is not Session.Deleted)
        {
            await lapsing.Schedule.RunOnce(CancellationToken.None);
            await node.Run("select pg_sleep(0.05)");
        }

        (await node.SessionAt(address)).ShouldBeOfType<Session.Deleted>();
    }

    [Fact]
    public async Task A_message_that_fires_early_is_armed_again_for_the_end_of_the_lease()
    {
        var address = await node.Create();
        await node.Send(address, new KeepAlive());
        await MakeDue();

        (await Pass()).ShouldSatisfyAllConditions(pass => pass.Taken.ShouldBe(1), pass => pass.Ended.ShouldBe(0));

        var lease = (await node.SessionAt(address)).ShouldBeOfType<Session.Active>().Lease;
        (await node.Ask<DateTime>("select due_at from event_store.scheduled_messages"))
            .ShouldBe(lease.ExpiresAt.UtcDateTime);
        (await node.EventsOf(address)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_canceled_session_waits_for_its_retention_and_is_then_removed()
    {
        var address = await node.Create(token: Guid.CreateVersion7());
        await node.Send(address, new Cancel());
        (await node.Ask<string>("select kind from event_store.scheduled_messages")).ShouldBe("purge");
        await MakeDue();
        (await Pass()).Ended.ShouldBe(0);
        (await node.Ask<bool>("select due_at > now() + interval '14 minutes' from event_store.scheduled_messages"))
            .ShouldBeTrue();

        await MakeDue();
        (await lapsing.Schedule.RunOnce(CancellationToken.None)).Ended.ShouldBe(1);

        (await node.EventsOf(address))[^1].ShouldBeOfType<SessionDeleted>().Reason.ShouldBe(DeletionReason.Retention);
        (await node.Ask<long>("select count(*) from event_store.scheduled_messages")).ShouldBe(0);
        (await node.Ask<long>("select count(*) from read_models.session_list")).ShouldBe(0);
        (await node.Ask<long>("select count(client_token) from event_store.streams")).ShouldBe(0);
        await node.ShouldBeSound();
    }

    [Fact]
    public async Task A_command_on_a_lapsed_session_does_not_wait_for_the_schedule()
    {
        var address = await lapsing.Create();

        (await lapsing.Send(address, new KeepAlive())).ShouldBeRefused().ShouldBe(Refusal.NotActive);

        (await node.EventsOf(address))[^1].ShouldBeOfType<SessionExpired>();
        await node.ShouldBeSound();
    }

    [Fact]
    public async Task The_record_tells_an_expiry_by_the_schedule_from_one_that_a_caller_found_due()
    {
        var (swept, found) = (await lapsing.Create(), await lapsing.Create());
        await lapsing.Send(found, new KeepAlive());

        await lapsing.Schedule.RunOnce(CancellationToken.None);

        (await ExpiryOf(swept)).ShouldBe(new Provenance("schedule", Node: Node.Name));
        (await ExpiryOf(found)).ShouldBe(new Provenance("lease"));
    }

    [Fact]
    public async Task A_busy_session_is_left_for_the_next_pass()
    {
        var (busy, free) = (await lapsing.Create(), await lapsing.Create());
        await using var held = await node.Lock(busy);

        (await lapsing.Schedule.RunOnce(CancellationToken.None).WaitAsync(StoreSentences.Patience)).Taken.ShouldBe(1);
        (await node.SessionAt(free)).ShouldBeOfType<Session.Ended>();
        (await node.SessionAt(busy)).ShouldBeOfType<Session.Active>();
        await held.Commit();
        await lapsing.Schedule.RunOnce(CancellationToken.None);

        (await node.SessionAt(busy)).ShouldBeOfType<Session.Ended>();
    }

    [Fact]
    public async Task A_busy_message_is_left_for_the_next_pass()
    {
        var address = await lapsing.Create();
        await using var other = await OpenTransaction.Begin(node.ConnectionString);
        await other.Run("select from event_store.scheduled_messages for update");

        (await lapsing.Schedule.RunOnce(CancellationToken.None).WaitAsync(StoreSentences.Patience)).Taken.ShouldBe(0);

        await other.Commit();
        await lapsing.Schedule.RunOnce(CancellationToken.None);
        (await node.SessionAt(address)).ShouldBeOfType<Session.Ended>();
    }

    [Fact]
    public async Task Two_workers_never_do_the_same()
    {
        await using var other = new Node(
            node.ConnectionString, StoreSentences.OverAtOnce, schedule: new() { BatchLimit = 20 });
        await Task.WhenAll(Enumerable.Range(0, 300).Select(_ => lapsing.Create()));

        var passes = await Task.WhenAll(Enumerable.Range(0, 6).Select(
            i => (i % 2 == 0 ? lapsing : other).Schedule.RunUntilDone())).WaitAsync(StoreSentences.Patience);
        passes = [.. passes, await lapsing.Schedule.RunUntilDone()];

        passes.Sum(worker => worker.Sum(pass => pass.Ended)).ShouldBe(600, "each is expired once and removed once");
        passes.Sum(worker => worker.Sum(pass => pass.Failed)).ShouldBe(0);
        (await node.Ask<long>("select count(*) from event_store.events")).ShouldBe(900);
        await node.RulesShouldHold();
    }

    [Fact]
    public async Task A_storm_is_worked_off_in_passes_of_bounded_size()
    {
        await using var storm = new Node(
            node.ConnectionString, StoreSentences.OverAtOnce with { Retention = TimeSpan.FromHours(1) });
        await Task.WhenAll(Enumerable.Range(0, 5000).Select(_ => storm.Create()));

        var passes = await storm.Schedule.RunUntilDone();

        passes.ShouldAllBe(pass => pass.Taken <= 500 && pass.More == (pass.Taken == 500));
        passes.Sum(pass => pass.Ended).ShouldBe(5000);
        passes[^1].NextDueIn!.Value.ShouldBeInRange(TimeSpan.FromMinutes(50), TimeSpan.FromHours(1));
        await node.RulesShouldHold();
    }

    async Task<Provenance> ExpiryOf(SessionAddress address) =>
        (await node.Store.Read(address, CancellationToken.None).SingleAsync(recorded => recorded.Event is SessionExpired)).Provenance;

    Task<SchedulePass> Pass() => node.Schedule.RunOnce(CancellationToken.None);

    Task MakeDue() => node.Run("update event_store.scheduled_messages set due_at = now()");
}
