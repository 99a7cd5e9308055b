using Sessions.Domain;
using Sessions.Projections;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Storage;

/// <summary>Messages that cannot be carried out: put aside, and tried again.</summary>
public sealed class FailedMessagesTests(TestPostgres postgres) : IAsyncLifetime
{
    Node node = null!;

    public async ValueTask InitializeAsync() => node = await postgres.PoisonedNode();

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Theory]
    [MemberData(nameof(PoisonSentences.Faults), MemberType = typeof(PoisonSentences))]
    public async Task It_rests_longer_each_time_and_harms_no_other(string fault)
    {
        var culprit = await node.Poison(fault);
        for (var attempt = 1; attempt < PoisonSentences.Schedule.AttemptsMax; attempt++)
        {
            var others = await Task.WhenAll(Enumerable.Range(0, 9).Select(_ => node.Create()));
            var passes = await node.Schedule.RunUntilDone();

            passes.Sum(pass => pass.Failed).ShouldBe(1);
            passes.Sum(pass => pass.Ended).ShouldBe(9);
            foreach (var other in others)
                (await node.SessionAt(other)).ShouldBeOfType<Session.Ended>();
            var rest = Math.Min(1 << (attempt - 1), 3);
            (await node.Ask<string>($"""
                select concat_ws(' ', attempts, last_error <> '', round(extract(epoch from due_at - now()) / 3600))
                from event_store.scheduled_messages {culprit.Where()}
                """)).ShouldBe($"{attempt} t {rest}");
            await node.MakeDue(culprit);
        }
    }

    [Fact]
    public async Task One_connection_is_enough_to_find_what_the_database_refuses()
    {
        await using var narrow = new Node(node.ConnectionString + ";Maximum Pool Size=1", node.Policy, schedule: PoisonSentences.Schedule);
        await Task.WhenAll(Enumerable.Range(0, 9).Select(_ => node.Create()));
        await node.Poison("unwritable");

        var passes = await narrow.Schedule.RunUntilDone();

        passes.Sum(pass => pass.Failed).ShouldBe(1);
        passes.Sum(pass => pass.Ended).ShouldBe(9);
    }

    [Fact]
    public async Task Two_passes_that_fail_at_it_at_the_same_time_count_once()
    {
        await using var failing = Failing();
        await node.Create();
        await using var test = await HoldUpWhoPutsAside();

        var first = failing.Schedule.RunOnce(CancellationToken.None);
        await PutAsideBy(1);
        var second = failing.Schedule.RunOnce(CancellationToken.None);
        await PutAsideBy(2);
        await test.Commit();
        await Task.WhenAll(first, second).WaitAsync(StoreSentences.Patience);

        (await node.Ask<short>("select attempts from event_store.scheduled_messages")).ShouldBe((short)1);
    }

    [Fact]
    public async Task One_that_is_written_anew_while_a_pass_puts_it_aside_has_not_failed()
    {
        await using var failing = Failing();
        await node.Create();
        await using var test = await HoldUpWhoPutsAside();

        var pass = failing.Schedule.RunOnce(CancellationToken.None);
        await PutAsideBy(1);
        await node.Run("update event_store.scheduled_messages set due_at = due_at + interval '1 hour'");
        await test.Commit();
        await pass.WaitAsync(StoreSentences.Patience);

        (await node.Ask<bool>("select attempts = 0 and last_error is null from event_store.scheduled_messages")).ShouldBeTrue();
    }

    [Fact]
    public async Task What_this_program_itself_cannot_write_harms_no_other_either()
    {
        await using var failing = new Node(node.ConnectionString, node.Policy, schedule: PoisonSentences.Schedule, project: (batch, events) =>
        {
            if (events.Any(one => one.Address.Owner == "culprit"))
                throw new InvalidOperationException("no culprits");
            SessionList.Project(batch, events);
        });
        await Task.WhenAll(Enumerable.Range(0, 9).Select(i => node.Create(i == 4 ? "culprit" : "ana")));

        var passes = await failing.Schedule.RunUntilDone();

        passes.Sum(pass => pass.Failed).ShouldBe(1);
        passes.Sum(pass => pass.Ended).ShouldBe(8);
        (await node.Ask<string>("select owner || ' ' || last_error from event_store.scheduled_messages where attempts = 1"))
            .ShouldBe("culprit InvalidOperationException: no culprits");
    }

    /// <summary>Doubled this often, even a second exceeds the longest interval.</summary>
    [Theory]
    [InlineData(45)]
    [InlineData(1100)]
    [InlineData(short.MaxValue - 2)]
    public async Task However_often_it_has_failed_it_rests_no_longer_than_it_may(int attempts)
    {
        await using var patient = new Node(
            node.ConnectionString, node.Policy, schedule: PoisonSentences.Schedule with { AttemptsMax = short.MaxValue });
        var culprit = await node.Poison("unreadable");
        await node.Run($"update event_store.scheduled_messages set attempts = {attempts}");

        (await patient.Schedule.RunUntilDone()).Sum(pass => pass.Failed).ShouldBe(1);

        (await node.Ask<string>($"""
            select concat_ws(' ', attempts, round(extract(epoch from due_at - now()) / 3600))
            from event_store.scheduled_messages {culprit.Where()}
            """)).ShouldBe($"{attempts + 1} 3");
    }

    [Fact]
    public async Task A_success_forgets_the_failures_before_it()
    {
        var culprit = await node.Poison("unwritable");
        await node.Schedule.RunUntilDone();
        await node.Mend(culprit);
        await node.MakeDue(culprit);

        (await node.Schedule.RunOnce(CancellationToken.None)).Ended.ShouldBe(1);

        (await node.Ask<bool>("""
            select kind = 'purge' and attempts = 0 and last_error is null from event_store.scheduled_messages
            """)).ShouldBeTrue();
    }

    Node Failing() => new(
        node.ConnectionString, node.Policy, schedule: PoisonSentences.Schedule, project: (_, _) => throw new InvalidOperationException("no culprits"));

    /// <summary>A pass that puts a message aside may have to write a dead letter, so it waits for this lock.</summary>
    async Task<OpenTransaction> HoldUpWhoPutsAside()
    {
        var test = await OpenTransaction.Begin(node.ConnectionString);
        await test.Run("lock table event_store.dead_letters in exclusive mode");
        return test;
    }

    Task PutAsideBy(int passes) => node.Until(
        $"{passes} = (select count(*) from pg_stat_activity where datname = current_database() and wait_event = 'relation')");
}
