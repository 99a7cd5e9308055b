using Sessions.Domain;
using Sessions.Tests.Fixtures;
using static Sessions.Domain.SessionCommand;

namespace Sessions.Tests.Storage;

/// <summary>Messages that were given up: where they are stored, and how they are put back.</summary>
public sealed class DeadLettersTests(TestPostgres postgres) : IAsyncLifetime
{
    Node node = null!;

    public async ValueTask InitializeAsync() => node = await postgres.PoisonedNode();

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Theory]
    [MemberData(nameof(PoisonSentences.Faults), MemberType = typeof(PoisonSentences))]
    public async Task After_its_last_attempt_it_lies_with_the_dead_letters(string fault)
    {
        var culprit = await Dead(fault);

        (await node.Letters.Count(CancellationToken.None)).ShouldBe(1);
        var letter = (await node.Letters.List(10, CancellationToken.None)).ShouldHaveSingleItem();
        (letter.Address, letter.Kind, letter.Attempts).ShouldBe((culprit, "expire", PoisonSentences.Schedule.AttemptsMax));
        letter.LastError.ShouldContain(fault == "unreadable" ? "JsonException" : "no events for");
        (await node.Ask<long>("select count(*) from event_store.scheduled_messages")).ShouldBe(0);
        (await node.Schedule.RunOnce(CancellationToken.None)).Taken.ShouldBe(0);
    }

    [Theory]
    [MemberData(nameof(PoisonSentences.Faults), MemberType = typeof(PoisonSentences))]
    public async Task Once_the_cause_is_mended_it_can_be_put_back(string fault)
    {
        var culprit = await Dead(fault);
        await node.Mend(culprit);

        (await node.Letters.Retry(culprit, CancellationToken.None)).ShouldBeTrue();
        (await node.Letters.Retry(culprit, CancellationToken.None)).ShouldBeFalse();
        (await node.Letters.Count(CancellationToken.None)).ShouldBe(0);
        (await node.Schedule.RunOnce(CancellationToken.None)).Ended.ShouldBe(1);

        (await node.SessionAt(culprit)).ShouldBeOfType<Session.Ended>();
        await node.ShouldBeSound();
    }

    [Fact]
    public async Task Put_back_without_having_been_mended_it_dies_again()
    {
        var culprit = await Dead("unreadable");
        await node.Letters.Retry(culprit, CancellationToken.None);

        for (var attempt = 0; attempt < PoisonSentences.Schedule.AttemptsMax; attempt++)
        {
            await node.Schedule.RunUntilDone();
            await node.MakeDue(culprit);
        }

        (await node.Letters.Count(CancellationToken.None)).ShouldBe(1);
    }

    [Fact]
    public async Task Removing_the_session_removes_its_dead_letter()
    {
        var culprit = await Dead("unwritable");
        await node.Mend(culprit);

        (await node.Send(culprit, new Delete())).ShouldBeAccepted();

        (await node.Letters.Count(CancellationToken.None)).ShouldBe(0);
        await node.ShouldBeSound();
    }

    [Fact]
    public async Task A_session_that_moves_on_all_the_same_waits_for_its_next_message_and_not_for_the_dead_one()
    {
        var culprit = await Dead("unwritable");
        await node.Mend(culprit);

        (await node.Send(culprit, new Cancel())).ShouldBeRefused().ShouldBe(Refusal.NotActive);

        (await node.SessionAt(culprit)).ShouldBeOfType<Session.Ended>();
        (await node.Ask<string>("select kind from event_store.scheduled_messages")).ShouldBe("purge");
        (await node.Letters.Count(CancellationToken.None)).ShouldBe(0);
    }

    /// <summary>Servers of older versions leave a dead letter behind when its session moves on.</summary>
    [Fact]
    public async Task A_message_is_given_up_after_its_own_attempts_whatever_lies_with_the_dead_letters()
    {
        var culprit = await node.Poison("unreadable");
        await node.Run($"""
            insert into event_store.dead_letters (stream_id, owner, kind, attempts, last_error)
            values ('{culprit.Id}', '{culprit.Owner}', 'expire', 4, 'why')
            """);

        (await node.Schedule.RunUntilDone()).Sum(pass => pass.Failed).ShouldBe(1);

        (await node.Ask<short>("select attempts from event_store.scheduled_messages")).ShouldBe((short)1);
    }

    async Task<SessionAddress> Dead(string fault)
    {
        var culprit = await node.Poison(fault);
        for (var attempt = 0; attempt < PoisonSentences.Schedule.AttemptsMax; attempt++)
        {
            await node.MakeDue(culprit);
            await node.Schedule.RunUntilDone();
        }

        return culprit;
    }
}
