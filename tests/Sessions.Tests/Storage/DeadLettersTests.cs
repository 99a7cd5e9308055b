using Sessions.Domain;
using Sessions.Projections;
using Sessions.Storage;
using Sessions.Tests.Fixtures;
using static Sessions.Domain.SessionCommand;

namespace Sessions.Tests.Storage;

/// <summary>Messages that cannot be carried out: put aside, tried again, given up, put back.</summary>
public sealed class DeadLettersTests(TestPostgres postgres) : IAsyncLifetime
{
    static readonly ScheduleOptions Options = new()
    {
        AttemptsMax = 4, Backoff = TimeSpan.FromHours(1), BackoffMax = TimeSpan.FromHours(3),
    };

    Node node = null!;

    public async ValueTask InitializeAsync() => node = new Node(
        await postgres.CreateDatabase(), StoreSentences.OverAtOnce with { Retention = TimeSpan.FromHours(1) },
        schedule: Options);

    public ValueTask DisposeAsync() => node.DisposeAsync();

    /// <summary>What makes a message fail: a state that cannot be read, or an event that cannot be written.</summary>
    public static TheoryData<string> Faults => ["unreadable", "unwritable"];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task It_rests_longer_each_time_and_harms_no_other(string fault)
    {
        var culprit = await Poisoned(fault);
        for (var attempt = 1; attempt < Options.AttemptsMax; attempt++)
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
            await MakeDue(culprit);
        }
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task After_its_last_attempt_it_lies_with_the_dead_letters(string fault)
    {
        var culprit = await Dead(fault);

        (await node.Letters.Count(CancellationToken.None)).ShouldBe(1);
        var letter = (await node.Letters.List(10, CancellationToken.None)).ShouldHaveSingleItem();
        (letter.Address, letter.Kind, letter.Attempts).ShouldBe((culprit, "expire", Options.AttemptsMax));
        letter.LastError.ShouldContain(fault == "unreadable" ? "JsonException" : "no events for");
        (await node.Ask<long>("select count(*) from event_store.scheduled_messages")).ShouldBe(0);
        (await node.Schedule.RunOnce(CancellationToken.None)).Taken.ShouldBe(0);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Once_the_cause_is_mended_it_can_be_put_back(string fault)
    {
        var culprit = await Dead(fault);
        await Mend(culprit);

        (await node.Letters.Retry(culprit, CancellationToken.None)).ShouldBeTrue();
        (await node.Letters.Retry(culprit, CancellationToken.None)).ShouldBeFalse();
        (await node.Letters.Count(CancellationToken.None)).ShouldBe(0);
        (await node.Schedule.RunOnce(CancellationToken.None)).Ended.ShouldBe(1);

        (await node.SessionAt(culprit)).ShouldBeOfType<Session.Ended>();
        await node.ShouldBeSound();
    }

    [Fact]
    public async Task One_connection_is_enough_to_find_what_the_database_refuses()
    {
        await using var narrow = new Node(node.ConnectionString + ";Maximum Pool Size=1", node.Policy, schedule: Options);
        await Task.WhenAll(Enumerable.Range(0, 9).Select(_ => node.Create()));
        await Poisoned("unwritable");

        var passes = await narrow.Schedule.RunUntilDone();

        passes.Sum(pass => pass.Failed).ShouldBe(1);
        passes.Sum(pass => pass.Ended).ShouldBe(9);
    }

    [Fact]
    public async Task Two_passes_that_fail_at_it_at_the_same_time_count_once()
    {
        await using var failing = new Node(
            node.ConnectionString, node.Policy, schedule: Options, project: (_, _) => throw new InvalidOperationException("no culprits"));
        await node.Create();
        await using var test = await OpenTransaction.Begin(node.ConnectionString);
        await test.Run("lock table event_store.dead_letters in exclusive mode");

        var first = failing.Schedule.RunOnce(CancellationToken.None);
        await PutAsideBy(1);
        var second = failing.Schedule.RunOnce(CancellationToken.None);
        await PutAsideBy(2);
        await test.Commit();
        await Task.WhenAll(first, second).WaitAsync(StoreSentences.Patience);

        (await node.Ask<short>("select attempts from event_store.scheduled_messages")).ShouldBe((short)1);

        Task PutAsideBy(int passes) => node.Until(
            $"{passes} = (select count(*) from pg_stat_activity where datname = current_database() and wait_event = 'relation')");
    }

    [Fact]
    public async Task What_this_program_itself_cannot_write_harms_no_other_either()
    {
        await using var failing = new Node(node.ConnectionString, node.Policy, schedule: Options, project: (batch, events) =>
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

    /// <summary>Doubled so often, a second is longer than an interval can be.</summary>
    [Theory]
    [InlineData(45)]
    [InlineData(1100)]
    [InlineData(short.MaxValue - 2)]
    public async Task However_often_it_has_failed_it_rests_no_longer_than_it_may(int attempts)
    {
        await using var patient = new Node(
            node.ConnectionString, node.Policy, schedule: Options with { AttemptsMax = short.MaxValue });
        var culprit = await Poisoned("unreadable");
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
        var culprit = await Poisoned("unwritable");
        await node.Schedule.RunUntilDone();
        await Mend(culprit);
        await MakeDue(culprit);

        (await node.Schedule.RunOnce(CancellationToken.None)).Ended.ShouldBe(1);

        (await node.Ask<bool>("""
            select kind = 'purge' and attempts = 0 and last_error is null from event_store.scheduled_messages
            """)).ShouldBeTrue();
    }

    [Fact]
    public async Task Put_back_without_having_been_mended_it_dies_again()
    {
        var culprit = await Dead("unreadable");
        await node.Letters.Retry(culprit, CancellationToken.None);

        for (var attempt = 0; attempt < Options.AttemptsMax; attempt++)
        {
            await node.Schedule.RunUntilDone();
            await MakeDue(culprit);
        }

        (await node.Letters.Count(CancellationToken.None)).ShouldBe(1);
    }

    [Fact]
    public async Task Removing_the_session_removes_its_dead_letter()
    {
        var culprit = await Dead("unwritable");
        await Mend(culprit);

        (await node.Send(culprit, new Delete())).ShouldBeAccepted();

        (await node.Letters.Count(CancellationToken.None)).ShouldBe(0);
        await node.ShouldBeSound();
    }

    [Fact]
    public async Task A_session_that_moves_on_all_the_same_waits_for_its_next_message_and_not_for_the_dead_one()
    {
        var culprit = await Dead("unwritable");
        await Mend(culprit);

        (await node.Send(culprit, new Cancel())).ShouldBeRefused().ShouldBe(Refusal.NotActive);

        (await node.SessionAt(culprit)).ShouldBeOfType<Session.Ended>();
        (await node.Ask<string>("select kind from event_store.scheduled_messages")).ShouldBe("purge");
        (await node.Letters.Count(CancellationToken.None)).ShouldBe(0);
    }

    /// <summary>Older servers leave a letter there when its session moves on.</summary>
    [Fact]
    public async Task A_message_is_given_up_after_its_own_attempts_whatever_lies_with_the_dead_letters()
    {
        var culprit = await Poisoned("unreadable");
        await node.Run($"""
            insert into event_store.dead_letters (stream_id, owner, kind, attempts, last_error)
            values ('{culprit.Id}', '{culprit.Owner}', 'expire', 4, 'why')
            """);

        (await node.Schedule.RunUntilDone()).Sum(pass => pass.Failed).ShouldBe(1);

        (await node.Ask<short>("select attempts from event_store.scheduled_messages")).ShouldBe((short)1);
    }

    async Task<SessionAddress> Dead(string fault)
    {
        var culprit = await Poisoned(fault);
        for (var attempt = 0; attempt < Options.AttemptsMax; attempt++)
        {
            await MakeDue(culprit);
            await node.Schedule.RunUntilDone();
        }

        return culprit;
    }

    async Task<SessionAddress> Poisoned(string fault)
    {
        var culprit = await node.Create("culprit");
        await node.Run(fault == "unreadable"
            ? $$"""
                create table event_store.kept as select stream_id, snapshot from event_store.streams;
                update event_store.streams set snapshot = '{"lease": 7}' {{culprit.Where()}};
                """
            : """
                create function refuse() returns trigger language plpgsql as
                $$ begin raise exception 'no events for %', new.owner; end $$;
                create trigger refuse before insert on event_store.events
                for each row when (new.owner = 'culprit') execute function refuse();
                """);
        return culprit;
    }

    Task Mend(SessionAddress culprit) => node.Run($"""
        drop function if exists refuse cascade;
        create table if not exists event_store.kept as select stream_id, snapshot from event_store.streams;
        update event_store.streams
        set snapshot = (select snapshot from event_store.kept where stream_id = '{culprit.Id}')
        {culprit.Where()};
        """);

    Task MakeDue(SessionAddress culprit) =>
        node.Run($"update event_store.scheduled_messages set due_at = now() {culprit.Where()}");
}
