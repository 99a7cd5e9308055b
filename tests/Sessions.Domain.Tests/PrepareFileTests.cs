namespace Sessions.Domain.Tests;

public class PrepareFileTests
{
    [Fact]
    public void Asking_for_a_link_is_recorded() =>
        Given(Created())
            .When(new PrepareFile(Disk.Name), at: Noon)
            .Then(new FilePrepared(Disk.Name, EndpointType.Https));

    [Fact]
    public void Asking_for_a_link_is_activity_and_renews_the_lease_ahead() =>
        Given(Created())
            .When(new PrepareFile(Disk.Name), at: Noon + Tick)
            .Then(
                new FilePrepared(Disk.Name, EndpointType.Https),
                new SessionKeptAlive(Noon + Tick + Idle + Slack));

    [Fact]
    public void Asking_again_changes_nothing() =>
        Given(Created(), new FilePrepared(Disk.Name, EndpointType.Https))
            .When(new PrepareFile(Disk.Name), at: Noon)
            .ThenNothing();

    [Fact]
    public void Asking_again_is_activity_all_the_same() =>
        Given(Created(), new FilePrepared(Disk.Name, EndpointType.Https))
            .When(new PrepareFile(Disk.Name), at: Noon + Tick)
            .Then(new SessionKeptAlive(Noon + Tick + Idle + Slack));

    [Fact]
    public void Each_file_is_prepared_on_its_own() =>
        Given(Created(), new FilePrepared(Disk.Name, EndpointType.Https))
            .When(new PrepareFile(Descriptor.Name), at: Noon)
            .Then(new FilePrepared(Descriptor.Name, EndpointType.Https));

    [Fact]
    public void A_direct_link_is_for_creators_who_might_read_the_storage() =>
        Given(Created(mayReadStorage: true))
            .When(new PrepareFile(Disk.Name, EndpointType.Direct), at: Noon)
            .Then(new FilePrepared(Disk.Name, EndpointType.Direct));

    [Fact]
    public void Whether_he_might_is_settled_when_the_session_is_created() =>
        Given(Created(mayReadStorage: false))
            .When(new PrepareFile(Disk.Name, EndpointType.Direct), mayReadStorage: true)
            .ThenRefused(Refusal.DirectNotAllowed);

    [Fact]
    public void Another_kind_of_link_to_the_same_file_is_recorded() =>
        Given(Created(mayReadStorage: true), new FilePrepared(Disk.Name, EndpointType.Https))
            .When(new PrepareFile(Disk.Name, EndpointType.Direct), at: Noon)
            .Then(new FilePrepared(Disk.Name, EndpointType.Direct));

    [Theory]
    [InlineData("other.iso")]
    [InlineData("DISK.VMDK")]
    [InlineData("")]
    public void A_file_that_the_item_does_not_have_is_refused(string name) =>
        Given(Created()).When(new PrepareFile(name)).ThenRefused(Refusal.UnknownFile);

    [Fact]
    public void A_missing_file_is_refused_as_such_however_it_was_asked_for() =>
        Given(Created())
            .When(new PrepareFile("other.iso", EndpointType.Direct))
            .ThenRefused(Refusal.UnknownFile);

    [Fact]
    public void A_lapsed_session_expires_and_gives_no_link() =>
        Given(Created())
            .When(new PrepareFile(Disk.Name), at: LeaseEnds)
            .ThenRefused(Refusal.NotActive, new SessionExpired(ExpiryReason.Idle, LastActiveAt: Noon));

    [Theory]
    [MemberData(nameof(Endings), MemberType = typeof(Samples))]
    public void An_ended_session_gives_no_link(SessionEvent ending) =>
        Given(Created(), ending)
            .When(new PrepareFile(Disk.Name), at: LeaseEnds)
            .ThenRefused(Refusal.NotActive);

    [Fact]
    public void A_deleted_session_is_not_found() =>
        Given(Created(), new SessionDeleted(DeletionReason.Requested, Ana))
            .When(new PrepareFile(Disk.Name))
            .ThenRefused(Refusal.NotFound);

    [Fact]
    public void A_session_that_was_never_created_is_not_found() =>
        Given().When(new PrepareFile(Disk.Name)).ThenRefused(Refusal.NotFound);
}
