namespace Sessions.Domain.Tests;

public class DeleteTests
{
    [Fact]
    public void An_active_session_is_deleted() =>
        Given(Created())
            .When(new Delete(), at: Noon.AddMinutes(1))
            .Then(new SessionDeleted(DeletionReason.Requested, Ana));

    [Theory]
    [MemberData(nameof(Endings), MemberType = typeof(Samples))]
    public void An_ended_session_is_deleted_before_its_retention_is_over(SessionEvent ending) =>
        Given(Created(), ending)
            .When(new Delete(), at: LeaseEnds)
            .Then(new SessionDeleted(DeletionReason.Requested, Ana));

    [Fact]
    public void The_record_names_who_deleted_it_not_whose_it_was() =>
        Given(Created())
            .When(new Delete(), actor: Root)
            .Then(new SessionDeleted(DeletionReason.Requested, Root));

    [Fact]
    public void A_lapsed_session_expires_first_and_is_then_deleted() =>
        Given(Created())
            .When(new Delete(), at: LeaseEnds)
            .Then(
                new SessionExpired(ExpiryReason.Idle, LastActiveAt: Noon),
                new SessionDeleted(DeletionReason.Requested, Ana));

    [Fact]
    public void A_session_deleted_in_the_last_tick_of_its_lease_does_not_expire() =>
        Given(Created())
            .When(new Delete(), at: LeaseEnds - Tick)
            .Then(new SessionDeleted(DeletionReason.Requested, Ana));

    [Fact]
    public void A_deleted_session_is_not_found() =>
        Given(Created(), new SessionDeleted(DeletionReason.Requested, Ana))
            .When(new Delete())
            .ThenRefused(Refusal.NotFound);

    [Fact]
    public void A_session_that_was_never_created_is_not_found() =>
        Given().When(new Delete()).ThenRefused(Refusal.NotFound);
}
