namespace Sessions.Domain.Tests;

public class TouchTests
{
    [Fact]
    public void What_the_server_sees_renews_the_lease_ahead() =>
        Given(Created()).When(new Touch(), at: Noon + Tick)
            .Then(new SessionKeptAlive(Noon + Tick + Idle + Slack));

    [Fact]
    public void Activity_under_a_lease_that_covers_it_records_nothing() =>
        Given(Created()).When(new Touch(), at: Noon).ThenNothing();

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    public void Activity_costs_one_event_in_the_slack_and_the_next_a_tick_after_it(int ticksLate, int recorded)
    {
        var at = Noon + Slack + ticksLate * Tick;
        var next = new SessionKeptAlive(at + Idle + Slack);

        Given(Created(), new SessionKeptAlive(Noon + Idle + Slack))
            .When(new Touch(), at)
            .Then([.. Enumerable.Repeat(next, recorded)]);
    }

    [Fact]
    public void Without_slack_activity_is_recorded_only_when_the_lease_moves() =>
        Given(Created()).Under(new() { RenewalSlack = TimeSpan.Zero })
            .When(new Touch(), at: Noon)
            .ThenNothing();

    [Fact]
    public void Without_slack_activity_renews_the_lease_by_the_idle_timeout() =>
        Given(Created()).Under(new() { RenewalSlack = TimeSpan.Zero })
            .When(new Touch(), at: Noon + Tick)
            .Then(new SessionKeptAlive(Noon + Tick + Idle));

    [Fact]
    public void No_activity_carries_a_session_past_its_longest_life() =>
        Given(Created()).Under(new() { MaxLifetime = TimeSpan.FromMinutes(7) })
            .When(new Touch(), at: Noon.AddMinutes(4))
            .Then(new SessionKeptAlive(Noon.AddMinutes(7)));

    [Theory]
    [InlineData(0)]
    [InlineData(30)]
    public void Activity_when_the_longest_life_is_spent_records_nothing(int slackSeconds) =>
        Given(Created(), new SessionKeptAlive(Noon.AddMinutes(7)))
            .Under(new()
            {
                MaxLifetime = TimeSpan.FromMinutes(7),
                RenewalSlack = TimeSpan.FromSeconds(slackSeconds),
            })
            .When(new Touch(), at: Noon.AddMinutes(6))
            .ThenNothing();

    [Fact]
    public void Keep_alive_slack_is_not_the_slack_of_what_the_server_sees() =>
        Given(Created()).Under(new() { KeepAliveSlack = TimeSpan.FromHours(1) })
            .When(new Touch(), at: Noon + Tick)
            .Then(new SessionKeptAlive(Noon + Tick + Idle + Slack));

    [Theory]
    [MemberData(nameof(Endings), MemberType = typeof(Samples))]
    public void An_ended_session_is_not_touched(SessionEvent ending) =>
        Given(Created(), ending).When(new Touch()).ThenRefused(Refusal.NotActive);
}
