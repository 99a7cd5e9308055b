namespace Sessions.Domain.Tests;

public class KeepAliveTests
{
    static readonly LeasePolicy TenSecondsSlack = new() { KeepAliveSlack = TimeSpan.FromSeconds(10) };
    static readonly LeasePolicy SevenMinutesAtMost = new() { MaxLifetime = TimeSpan.FromMinutes(7) };

    [Fact]
    public void A_keep_alive_renews_the_lease() =>
        Given(Created())
            .When(new KeepAlive(), at: Noon.AddMinutes(1))
            .Then(new SessionKeptAlive(Noon.AddMinutes(1) + Idle));

    [Fact]
    public void A_keep_alive_is_in_time_until_the_last_tick() =>
        Given(Created())
            .When(new KeepAlive(), at: LeaseEnds - Tick)
            .Then(new SessionKeptAlive(LeaseEnds - Tick + Idle));

    [Fact]
    public void A_keep_alive_after_the_lapse_finds_an_expired_session() =>
        Given(Created())
            .When(new KeepAlive(), at: LeaseEnds)
            .ThenRefused(Refusal.NotActive, new SessionExpired(ExpiryReason.Idle, LastActiveAt: Noon));

    [Fact]
    public void Each_keep_alive_is_recorded_even_when_it_moves_nothing() =>
        Given(Created()).When(new KeepAlive(), at: Noon).Then(new SessionKeptAlive(LeaseEnds));

    [Fact]
    public void A_lease_that_was_written_ahead_moves_on_and_stays_as_far_ahead() =>
        Given(Created(), new SessionKeptAlive(LeaseEnds + Slack))
            .When(new KeepAlive(), at: Noon + Tick)
            .Then(new SessionKeptAlive(LeaseEnds + Tick + Slack));

    [Fact]
    public void A_lease_that_is_written_ahead_further_than_any_now_does_not_move_back() =>
        Given(Created(), new SessionKeptAlive(LeaseEnds + 2 * Slack))
            .When(new KeepAlive(), at: Noon + Tick)
            .Then(new SessionKeptAlive(LeaseEnds + 2 * Slack));

    [Fact]
    public void A_lease_that_was_written_ahead_is_not_carried_past_the_longest_life() =>
        Given(Created(), new SessionKeptAlive(Noon.AddMinutes(7) - Tick)).Under(SevenMinutesAtMost)
            .When(new KeepAlive(), at: Noon.AddMinutes(7) - Idle - 2 * Tick)
            .Then(new SessionKeptAlive(Noon.AddMinutes(7)));

    [Fact]
    public void With_slack_a_keep_alive_that_is_already_covered_records_nothing() =>
        Given(Created()).Under(TenSecondsSlack).When(new KeepAlive(), at: Noon).ThenNothing();

    [Fact]
    public void With_slack_the_lease_is_written_ahead_by_it() =>
        Given(Created()).Under(TenSecondsSlack)
            .When(new KeepAlive(), at: Noon + Tick)
            .Then(new SessionKeptAlive(Noon + Tick + Idle + TenSecondsSlack.KeepAliveSlack));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    public void With_slack_there_is_one_event_in_it_and_the_next_a_tick_after_it(int ticksLate, int recorded)
    {
        var at = Noon + TenSecondsSlack.KeepAliveSlack + ticksLate * Tick;
        var next = new SessionKeptAlive(at + Idle + TenSecondsSlack.KeepAliveSlack);

        Given(Created(), new SessionKeptAlive(Noon + Idle + TenSecondsSlack.KeepAliveSlack))
            .Under(TenSecondsSlack)
            .When(new KeepAlive(), at)
            .Then([.. Enumerable.Repeat(next, recorded)]);
    }

    [Fact]
    public void Progress_is_recorded_within_the_slack_as_well() =>
        Given(Created()).Under(TenSecondsSlack)
            .When(new KeepAlive(Progress: 40), at: Noon)
            .Then(new SessionKeptAlive(LeaseEnds, Progress: 40));

    [Fact]
    public void Progress_that_has_not_risen_records_nothing_within_the_slack() =>
        Given(Created(), new SessionKeptAlive(LeaseEnds, Progress: 40)).Under(TenSecondsSlack)
            .When(new KeepAlive(Progress: 40), at: Noon)
            .ThenNothing();

    [Fact]
    public void No_keep_alive_carries_a_session_past_its_longest_life() =>
        Given(Created()).Under(SevenMinutesAtMost)
            .When(new KeepAlive(), at: Noon.AddMinutes(4))
            .Then(new SessionKeptAlive(Noon.AddMinutes(7)));

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(100)]
    public void Progress_that_has_risen_is_recorded(int progress) =>
        Given(Created())
            .When(new KeepAlive(progress), at: Noon)
            .Then(new SessionKeptAlive(LeaseEnds, progress));

    [Theory]
    [InlineData(0)]
    [InlineData(39)]
    [InlineData(40)]
    public void Progress_does_not_fall_back_but_the_lease_is_renewed(int progress) =>
        Given(Created(), new SessionKeptAlive(LeaseEnds, Progress: 40))
            .When(new KeepAlive(progress), at: Noon.AddMinutes(1))
            .Then(new SessionKeptAlive(Noon.AddMinutes(1) + Idle));

    [Theory]
    [InlineData(-1)]
    [InlineData(101)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    [InlineData((1L << 32) + 50)] // Fifty, to whoever looks at half of it.
    public void Progress_is_a_number_from_0_to_100(long progress) =>
        Given(Created()).When(new KeepAlive(progress)).ThenRefused(Refusal.ProgressOutOfRange);

    [Theory]
    [MemberData(nameof(Endings), MemberType = typeof(Samples))]
    public void An_ended_session_is_not_kept_alive(SessionEvent ending) =>
        Given(Created(), ending).When(new KeepAlive(50), at: LeaseEnds).ThenRefused(Refusal.NotActive);

    [Fact]
    public void A_progress_out_of_range_is_refused_as_such_after_the_end_as_well() =>
        Given(Created(), new SessionCanceled())
            .When(new KeepAlive(101))
            .ThenRefused(Refusal.ProgressOutOfRange);

    [Fact]
    public void A_deleted_session_is_not_found_whatever_the_progress() =>
        Given(Created(), new SessionDeleted(DeletionReason.Requested, Ana))
            .When(new KeepAlive(101))
            .ThenRefused(Refusal.NotFound);

    [Fact]
    public void A_session_that_was_never_created_is_not_found() =>
        Given().When(new KeepAlive()).ThenRefused(Refusal.NotFound);
}
