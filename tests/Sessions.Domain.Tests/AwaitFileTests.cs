namespace Sessions.Domain.Tests;

public class AwaitFileTests
{
    [Fact]
    public void Waiting_for_a_file_renews_the_lease_ahead() =>
        Given(Created(), new FilePrepared(Disk.Name, EndpointType.Https))
            .When(new AwaitFile(Disk.Name), at: Noon + Tick)
            .Then(new SessionKeptAlive(Noon + Tick + Idle + Slack));

    [Fact]
    public void What_is_written_ahead_covers_the_next_looks() =>
        Given(Created(), new SessionKeptAlive(LeaseEnds + Slack))
            .When(new AwaitFile(Disk.Name), at: Noon + Slack)
            .ThenNothing();

    [Fact]
    public void Waiting_changes_nothing_about_the_file() =>
        Given(Created(mayReadStorage: true), new FilePrepared(Disk.Name, EndpointType.Direct))
            .When(new AwaitFile(Disk.Name), at: Noon)
            .ThenNothing();

    [Fact]
    public void A_file_that_the_item_does_not_have_is_refused() =>
        Given(Created()).When(new AwaitFile("other.iso")).ThenRefused(Refusal.UnknownFile);

    [Theory]
    [MemberData(nameof(Endings), MemberType = typeof(Samples))]
    public void An_ended_session_waits_for_nothing(SessionEvent ending) =>
        Given(Created(), ending).When(new AwaitFile(Disk.Name)).ThenRefused(Refusal.NotActive);
}
