namespace Sessions.Domain.Tests;

public class ExpireTests
{
    static readonly SessionExpired Idly = new(ExpiryReason.Idle, LastActiveAt: Noon);

    [Fact]
    public void A_session_expires_when_its_lease_ends() =>
        Given(Created()).When(new Expire(), at: LeaseEnds).Then(Idly);

    [Fact]
    public void A_session_does_not_expire_one_tick_early() =>
        Given(Created()).When(new Expire(), at: LeaseEnds - Tick).ThenNothing();

    [Fact]
    public void A_session_that_nobody_looked_at_for_a_day_expires_when_somebody_does() =>
        Given(Created()).When(new Expire(), at: Noon.AddDays(1)).Then(Idly);

    [Fact]
    public void A_message_written_before_a_keep_alive_does_nothing() =>
        Given(Created(), new SessionKeptAlive(LeaseEnds + Tick))
            .When(new Expire(), at: LeaseEnds)
            .ThenNothing();

    [Fact]
    public void The_record_says_when_the_session_was_last_used() =>
        Given(Created(), new FilePrepared(Disk.Name, EndpointType.Https) { At = Noon.AddSeconds(3) })
            .When(new Expire(), at: LeaseEnds)
            .Then(Idly with { LastActiveAt = Noon.AddSeconds(3) });

    [Theory]
    [MemberData(nameof(Endings), MemberType = typeof(Samples))]
    public void An_ended_session_does_not_expire_as_well(SessionEvent ending) =>
        Given(Created(), ending).When(new Expire(), at: LeaseEnds).ThenNothing();

    [Fact]
    public void A_deleted_session_does_not_expire_as_well() =>
        Given(Created(), new SessionDeleted(DeletionReason.Requested, Ana))
            .When(new Expire(), at: LeaseEnds)
            .ThenNothing();

    [Fact]
    public void A_message_for_a_session_that_was_never_created_does_nothing() =>
        Given().When(new Expire(), at: LeaseEnds).ThenNothing();

    [Fact]
    public void A_session_that_reached_its_longest_life_says_so() =>
        Given(Created()).Under(new() { MaxLifetime = Idle })
            .When(new Expire(), at: LeaseEnds)
            .Then(Idly with { Reason = ExpiryReason.Lifetime });

    [Fact]
    public void A_session_one_tick_short_of_its_longest_life_was_idle() =>
        Given(Created())
            .Under(new() { MaxLifetime = Idle + Tick })
            .When(new Expire(), at: LeaseEnds)
            .Then(Idly);

    [Fact]
    public void A_complete_session_is_complete_even_at_its_longest_life() =>
        Given(Created(), new SessionKeptAlive(LeaseEnds, Progress: 100)).Under(new() { MaxLifetime = Idle })
            .When(new Expire(), at: LeaseEnds)
            .Then(Idly with { Reason = ExpiryReason.Complete });
}
