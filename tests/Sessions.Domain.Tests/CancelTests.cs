namespace Sessions.Domain.Tests;

public class CancelTests
{
    [Fact]
    public void An_active_session_is_canceled() =>
        Given(Created()).When(new Cancel(), at: Noon.AddMinutes(1)).Then(new SessionCanceled());

    [Fact]
    public void A_session_is_canceled_in_time_until_the_last_tick_of_its_lease() =>
        Given(Created()).When(new Cancel(), at: LeaseEnds - Tick).Then(new SessionCanceled());

    [Fact]
    public void A_lapsed_session_expires_and_is_not_canceled() =>
        Given(Created())
            .When(new Cancel(), at: LeaseEnds)
            .ThenRefused(Refusal.NotActive, new SessionExpired(ExpiryReason.Idle, LastActiveAt: Noon));

    [Theory]
    [MemberData(nameof(Endings), MemberType = typeof(Samples))]
    public void An_ended_session_does_not_end_again(SessionEvent ending) =>
        Given(Created(), ending).When(new Cancel(), at: LeaseEnds).ThenRefused(Refusal.NotActive);

    [Fact]
    public void A_deleted_session_is_not_found() =>
        Given(Created(), new SessionDeleted(DeletionReason.Requested, Ana))
            .When(new Cancel())
            .ThenRefused(Refusal.NotFound);

    [Fact]
    public void A_session_that_was_never_created_is_not_found() =>
        Given().When(new Cancel()).ThenRefused(Refusal.NotFound);
}
