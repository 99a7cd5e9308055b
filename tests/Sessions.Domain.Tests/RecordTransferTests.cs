using static Sessions.Domain.TransferStep;

namespace Sessions.Domain.Tests;

public class RecordTransferTests
{
    static readonly ByteRange AllOfIt = new(0, Disk.Size);
    static readonly TimeSpan TwoSeconds = TimeSpan.FromSeconds(2);

    [Fact]
    public void A_transfer_that_starts_is_recorded() =>
        Given(Created()).When(DiskTransfer(Started), at: Noon)
            .Then(new TransferStarted(Transfer, Disk.Name, AllOfIt));

    [Fact]
    public void A_transfer_that_finishes_is_recorded() =>
        Given(Created()).When(DiskTransfer(Finished), at: Noon)
            .Then(new FileTransferred(Transfer, Disk.Name, AllOfIt, TwoSeconds));

    [Fact]
    public void A_transfer_that_breaks_off_is_recorded() =>
        Given(Created()).When(DiskTransfer(Aborted), at: Noon)
            .Then(new TransferAborted(Transfer, Disk.Name, AllOfIt, TwoSeconds));

    [Fact]
    public void Every_step_is_activity_and_renews_the_lease_ahead() =>
        Given(Created()).When(DiskTransfer(Started), at: Noon + Tick)
            .Then(
                new TransferStarted(Transfer, Disk.Name, AllOfIt),
                new SessionKeptAlive(Noon + Tick + Idle + Slack));

    [Fact]
    public void Bytes_that_leave_under_a_lease_that_covers_them_record_nothing() =>
        Given(Created()).When(DiskTransfer(Flowing), at: Noon).ThenNothing();

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    public void Bytes_cost_one_event_in_the_slack_and_the_next_a_tick_after_it(int ticksLate, int recorded)
    {
        var at = Noon + Slack + ticksLate * Tick;
        var next = new SessionKeptAlive(at + Idle + Slack);

        Given(Created(), new SessionKeptAlive(Noon + Idle + Slack))
            .When(DiskTransfer(Flowing), at)
            .Then([.. Enumerable.Repeat(next, recorded)]);
    }

    [Fact]
    public void Without_slack_bytes_are_recorded_only_when_the_lease_moves() =>
        Given(Created()).Under(new() { RenewalSlack = TimeSpan.Zero })
            .When(DiskTransfer(Flowing), at: Noon)
            .ThenNothing();

    [Fact]
    public void Without_slack_bytes_renew_the_lease_by_the_idle_timeout() =>
        Given(Created()).Under(new() { RenewalSlack = TimeSpan.Zero })
            .When(DiskTransfer(Flowing), at: Noon + Tick)
            .Then(new SessionKeptAlive(Noon + Tick + Idle));

    [Fact]
    public void No_bytes_carry_a_session_past_its_longest_life() =>
        Given(Created()).Under(new() { MaxLifetime = TimeSpan.FromMinutes(7) })
            .When(DiskTransfer(Flowing), at: Noon.AddMinutes(4))
            .Then(new SessionKeptAlive(Noon.AddMinutes(7)));

    [Theory]
    [InlineData(0)]
    [InlineData(30)]
    public void Bytes_that_leave_when_the_longest_life_is_spent_record_nothing(int slackSeconds) =>
        Given(Created(), new SessionKeptAlive(Noon.AddMinutes(7)))
            .Under(new()
            {
                MaxLifetime = TimeSpan.FromMinutes(7),
                RenewalSlack = TimeSpan.FromSeconds(slackSeconds),
            })
            .When(DiskTransfer(Flowing), at: Noon.AddMinutes(6))
            .ThenNothing();

    [Fact]
    public void Keep_alive_slack_is_not_the_slack_of_bytes() =>
        Given(Created()).Under(new() { KeepAliveSlack = TimeSpan.FromHours(1) })
            .When(DiskTransfer(Flowing), at: Noon + Tick)
            .Then(new SessionKeptAlive(Noon + Tick + Idle + Slack));

    [Theory]
    [MemberData(nameof(Endings), MemberType = typeof(Samples))]
    public void A_transfer_that_finishes_after_the_end_is_recorded_and_renews_nothing(SessionEvent ending) =>
        Given(Created(), ending).When(DiskTransfer(Finished), at: LeaseEnds)
            .Then(new FileTransferred(Transfer, Disk.Name, AllOfIt, TwoSeconds));

    [Theory]
    [MemberData(nameof(Endings), MemberType = typeof(Samples))]
    public void A_transfer_that_breaks_off_after_the_end_is_recorded_and_renews_nothing(SessionEvent ending) =>
        Given(Created(), ending).When(DiskTransfer(Aborted), at: LeaseEnds)
            .Then(new TransferAborted(Transfer, Disk.Name, AllOfIt, TwoSeconds));

    [Fact]
    public void A_transfer_that_finishes_after_the_lapse_is_recorded_behind_the_expiry() =>
        Given(Created()).When(DiskTransfer(Finished), at: LeaseEnds)
            .Then(
                new SessionExpired(ExpiryReason.Idle, LastActiveAt: Noon),
                new FileTransferred(Transfer, Disk.Name, AllOfIt, TwoSeconds));

    [Theory]
    [InlineData(Started)]
    [InlineData(Flowing)]
    public void No_byte_leaves_after_the_end(TransferStep step) =>
        Given(Created(), new SessionCanceled()).When(DiskTransfer(step)).ThenRefused(Refusal.NotActive);

    [Theory]
    [InlineData(Started)]
    [InlineData(Flowing)]
    [InlineData(Finished)]
    [InlineData(Aborted)]
    public void A_file_that_the_item_does_not_have_is_refused(TransferStep step) =>
        Given(Created())
            .When(DiskTransfer(step) with { FileName = "other.iso" })
            .ThenRefused(Refusal.UnknownFile);

    [Theory]
    [InlineData(Finished)]
    [InlineData(Aborted)]
    public void A_file_that_the_item_does_not_have_is_refused_after_the_end_as_well(TransferStep step) =>
        Given(Created(), new SessionCanceled())
            .When(DiskTransfer(step) with { FileName = "other.iso" })
            .ThenRefused(Refusal.UnknownFile);

    [Fact]
    public void A_deleted_session_is_not_found() =>
        Given(Created(), new SessionDeleted(Ana, DeletionReason.Requested))
            .When(DiskTransfer(Finished))
            .ThenRefused(Refusal.NotFound);
}
