namespace Sessions.Domain.Tests;

public class LeasePolicyTests
{
    static readonly LeasePolicy SevenMinutesAtMost = new() { MaxLifetime = TimeSpan.FromMinutes(7) };
    static readonly DateTimeOffset LongestLife = Noon.AddMinutes(7);

    [Fact]
    public void The_defaults_are_those_that_the_manual_names()
    {
        Policy.IdleTimeout.ShouldBe(TimeSpan.FromMinutes(5));
        Policy.RenewalSlack.ShouldBe(TimeSpan.FromSeconds(30));
        Policy.KeepAliveSlack.ShouldBe(TimeSpan.Zero);
        Policy.Retention.ShouldBe(TimeSpan.FromMinutes(15));
        Policy.MaxLifetime.ShouldBeNull();
    }

    [Fact]
    public void The_first_lease_is_the_idle_timeout() => Policy.FirstLease(Noon).ShouldBe(Noon + Idle);

    [Fact]
    public void The_first_lease_is_cut_at_the_longest_life() =>
        new LeasePolicy { MaxLifetime = Idle - Tick }.FirstLease(Noon).ShouldBe(Noon + Idle - Tick);

    [Fact]
    public void Without_slack_every_renewal_is_written() =>
        Policy.Renew(FirstLease, Noon, TimeSpan.Zero).ShouldBe(LeaseEnds);

    [Fact]
    public void Without_slack_a_renewal_ends_the_idle_timeout_from_now() =>
        Policy.Renew(FirstLease, Noon + Tick, TimeSpan.Zero).ShouldBe(LeaseEnds + Tick);

    [Fact]
    public void With_slack_a_lease_that_covers_the_idle_timeout_is_not_written_again() =>
        Policy.Renew(FirstLease, Noon, Slack).ShouldBeNull();

    [Fact]
    public void With_slack_a_lease_one_tick_short_of_the_idle_timeout_is_written_ahead() =>
        Policy.Renew(FirstLease, Noon + Tick, Slack).ShouldBe(LeaseEnds + Tick + Slack);

    [Fact]
    public void A_lease_never_moves_back()
    {
        var shorter = new LeasePolicy { IdleTimeout = TimeSpan.FromSeconds(1) };

        shorter.Renew(FirstLease, Noon, TimeSpan.Zero).ShouldBe(LeaseEnds);
    }

    [Fact]
    public void A_lease_that_is_longer_than_a_new_limit_does_not_move_back_either()
    {
        var limited = new LeasePolicy { MaxLifetime = TimeSpan.FromMinutes(1) };

        limited.Renew(FirstLease, Noon.AddMinutes(2), TimeSpan.Zero).ShouldBe(LeaseEnds);
        limited.Renew(FirstLease, Noon.AddMinutes(2), Slack).ShouldBeNull();
    }

    [Fact]
    public void No_renewal_passes_the_longest_life() =>
        SevenMinutesAtMost.Renew(FirstLease, Noon.AddMinutes(4), TimeSpan.Zero).ShouldBe(LongestLife);

    [Fact]
    public void What_is_written_ahead_does_not_pass_the_longest_life() =>
        SevenMinutesAtMost.Renew(FirstLease, LongestLife - Idle - Tick, Slack).ShouldBe(LongestLife);

    [Fact]
    public void With_slack_nothing_is_written_when_the_longest_life_is_spent() =>
        SevenMinutesAtMost
            .Renew(FirstLease with { ExpiresAt = LongestLife }, LongestLife - Tick, Slack)
            .ShouldBeNull();

    [Fact]
    public void The_longest_life_counts_from_the_creation_and_not_from_the_last_activity()
    {
        var used = FirstLease with { LastActiveAt = Noon.AddMinutes(4) };

        SevenMinutesAtMost.Renew(used, Noon.AddMinutes(4), TimeSpan.Zero).ShouldBe(LongestLife);
    }
}
