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

    [Fact]
    public void No_byte_leaves_after_the_end() =>
        Given(Created(), new SessionCanceled()).When(DiskTransfer(Started)).ThenRefused(Refusal.NotActive);

    [Theory]
    [InlineData(Started)]
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

    [Theory]
    [InlineData(Finished)]
    [InlineData(Aborted)]
    public void What_had_left_of_a_session_that_was_deleted_meanwhile_is_recorded(TransferStep step) =>
        Given(Created(), new SessionDeleted(DeletionReason.Requested, Ana)).When(DiskTransfer(step), at: LeaseEnds)
            .Then(step == Finished
                ? new FileTransferred(Transfer, Disk.Name, AllOfIt, TwoSeconds)
                : new TransferAborted(Transfer, Disk.Name, AllOfIt, TwoSeconds));

    [Fact]
    public void Of_a_deleted_session_no_transfer_starts() =>
        Given(Created(), new SessionDeleted(DeletionReason.Requested, Ana)).When(DiskTransfer(Started)).ThenRefused(Refusal.NotFound);
}
