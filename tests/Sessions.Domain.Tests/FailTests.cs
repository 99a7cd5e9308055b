namespace Sessions.Domain.Tests;

public class FailTests
{
    [Fact]
    public void An_active_session_is_failed() =>
        Given(Created())
            .When(new Fail("disk full"), at: Noon.AddMinutes(1))
            .Then(new SessionFailed("disk full"));

    [Fact]
    public void A_client_may_give_up_without_a_word() =>
        Given(Created()).When(new Fail("")).Then(new SessionFailed(""));

    [Fact]
    public void His_words_are_kept_up_to_a_length()
    {
        var longest = new string('x', Fail.MessageMax);
        Given(Created()).When(new Fail(longest)).Then(new SessionFailed(longest));
        Given(Created()).When(new Fail(longest + "x")).ThenRefused(Refusal.MessageTooLong);
    }

    [Fact]
    public void A_session_is_failed_in_time_until_the_last_tick_of_its_lease() =>
        Given(Created())
            .When(new Fail("disk full"), at: LeaseEnds - Tick)
            .Then(new SessionFailed("disk full"));

    [Fact]
    public void A_lapsed_session_expires_and_is_not_failed() =>
        Given(Created())
            .When(new Fail("disk full"), at: LeaseEnds)
            .ThenRefused(Refusal.NotActive, new SessionExpired(ExpiryReason.Idle, LastActiveAt: Noon));

    [Theory]
    [MemberData(nameof(Endings), MemberType = typeof(Samples))]
    public void An_ended_session_does_not_end_again(SessionEvent ending) =>
        Given(Created(), ending).When(new Fail("disk full"), at: LeaseEnds).ThenRefused(Refusal.NotActive);

    [Fact]
    public void A_deleted_session_is_not_found() =>
        Given(Created(), new SessionDeleted(DeletionReason.Requested, Ana))
            .When(new Fail("disk full"))
            .ThenRefused(Refusal.NotFound);

    [Fact]
    public void A_session_that_was_never_created_is_not_found() =>
        Given().When(new Fail("disk full")).ThenRefused(Refusal.NotFound);
}
