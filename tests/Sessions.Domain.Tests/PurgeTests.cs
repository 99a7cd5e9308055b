namespace Sessions.Domain.Tests;

public class PurgeTests
{
    static readonly DateTimeOffset RetentionEnds = Noon + Policy.Retention;
    static readonly SessionDeleted BySystem = new(DeletionReason.Retention);

    [Fact]
    public void An_ended_session_is_removed_when_its_retention_ends() =>
        Given(Created(), new SessionCanceled()).When(new Purge(), at: RetentionEnds).Then(BySystem);

    [Fact]
    public void An_ended_session_is_not_removed_one_tick_early() =>
        Given(Created(), new SessionCanceled()).When(new Purge(), at: RetentionEnds - Tick).ThenNothing();

    [Theory]
    [MemberData(nameof(Endings), MemberType = typeof(Samples))]
    public void However_it_ended_the_retention_counts_from_there(SessionEvent ending)
    {
        Given(Created(), ending).When(new Purge(), at: ending.At + Policy.Retention).Then(BySystem);
        Given(Created(), ending).When(new Purge(), at: ending.At + Policy.Retention - Tick).ThenNothing();
    }

    [Fact]
    public void The_system_removes_whoever_asks_on_its_behalf() =>
        Given(Created(), new SessionCanceled())
            .When(new Purge(), at: RetentionEnds, actor: Root)
            .Then(BySystem);

    [Fact]
    public void A_transfer_that_finishes_after_the_end_does_not_prolong_the_retention() =>
        Given(Created(), new SessionCanceled(), Whole(Disk) with { At = RetentionEnds - Tick })
            .When(new Purge(), at: RetentionEnds)
            .Then(BySystem);

    [Fact]
    public void An_active_session_is_not_removed() =>
        Given(Created()).When(new Purge(), at: LeaseEnds - Tick).ThenNothing();

    [Fact]
    public void A_lapsed_session_only_expires_for_its_retention_begins_there() =>
        Given(Created())
            .When(new Purge(), at: Noon.AddDays(1))
            .Then(new SessionExpired(ExpiryReason.Idle, LastActiveAt: Noon));

    [Fact]
    public void Without_retention_a_lapsed_session_expires_and_is_removed_at_once() =>
        Given(Created()).Under(new() { Retention = TimeSpan.Zero })
            .When(new Purge(), at: LeaseEnds)
            .Then(new SessionExpired(ExpiryReason.Idle, LastActiveAt: Noon), BySystem);

    [Fact]
    public void A_deleted_session_is_not_removed_as_well() =>
        Given(Created(), new SessionCanceled(), BySystem).When(new Purge(), at: RetentionEnds).ThenNothing();

    [Fact]
    public void A_message_for_a_session_that_was_never_created_does_nothing() =>
        Given().When(new Purge(), at: RetentionEnds).ThenNothing();
}
