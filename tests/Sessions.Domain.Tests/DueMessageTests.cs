namespace Sessions.Domain.Tests;

public class DueMessageTests
{
    [Fact]
    public void An_active_session_waits_for_the_end_of_its_lease() =>
        DueAfter(Created()).ShouldBe(new DueMessage(DueKind.Expire, LeaseEnds));

    [Fact]
    public void A_renewed_session_waits_for_the_end_of_its_new_lease() =>
        DueAfter(Created(), new SessionKeptAlive(LeaseEnds + Slack))
            .ShouldBe(new DueMessage(DueKind.Expire, LeaseEnds + Slack));

    [Theory]
    [MemberData(nameof(Endings), MemberType = typeof(Samples))]
    public void An_ended_session_waits_for_the_end_of_its_retention(SessionEvent ending) =>
        DueAfter(Created(), ending).ShouldBe(new DueMessage(DueKind.Purge, ending.At + Policy.Retention));

    [Fact]
    public void A_deleted_session_waits_for_nothing() =>
        DueAfter(Created(), new SessionDeleted(DeletionReason.Requested, Ana)).ShouldBeNull();

    [Fact]
    public void A_session_that_was_never_created_waits_for_nothing() => DueAfter().ShouldBeNull();

    static DueMessage? DueAfter(params SessionEvent[] past) => DueMessage.Of(Given(past).Session, Policy);
}
