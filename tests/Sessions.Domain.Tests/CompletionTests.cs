namespace Sessions.Domain.Tests;

/// <summary>A client that is done sends nothing more; its session ends as complete, not as idle.</summary>
public class CompletionTests
{
    [Fact]
    public void A_session_is_complete_when_its_client_reports_100() =>
        Complete(new SessionKeptAlive(LeaseEnds, Progress: 100));

    [Fact]
    public void A_session_is_not_complete_at_99() =>
        NotComplete(new SessionKeptAlive(LeaseEnds, Progress: 99));

    [Fact]
    public void A_session_is_complete_when_every_file_was_fetched_whole() =>
        Complete(Whole(Descriptor), Whole(Disk));

    [Fact]
    public void A_session_is_not_complete_while_one_file_is_missing() =>
        NotComplete(Whole(Disk));

    [Fact]
    public void A_session_is_not_complete_while_one_byte_is_missing() =>
        NotComplete(Whole(Descriptor), Part(Disk, 0, Disk.Size - 1));

    [Fact]
    public void Parallel_ranges_of_a_file_make_it_whole_in_whatever_order_they_end() =>
        Complete(
            Part(Disk, 500, 750),
            Part(Disk, 750, 1000),
            Whole(Descriptor),
            Part(Disk, 0, 250),
            Part(Disk, 250, 500));

    [Fact]
    public void Parallel_ranges_with_a_hole_do_not_make_a_file_whole() =>
        NotComplete(Part(Disk, 0, 250), Part(Disk, 251, 1000), Whole(Descriptor));

    [Fact]
    public void What_left_before_a_transfer_broke_off_counts() =>
        Complete(
            Whole(Descriptor),
            new TransferAborted(Transfer, Disk.Name, new ByteRange(0, 600), TimeSpan.Zero),
            Part(Disk, 600, Disk.Size));

    [Fact]
    public void A_transfer_that_only_started_does_not_count() =>
        NotComplete(Whole(Descriptor), new TransferStarted(Transfer, Disk.Name, new ByteRange(0, Disk.Size)));

    [Fact]
    public void An_empty_file_must_be_fetched_like_any_other()
    {
        var item = Item with { Files = [Disk with { Size = 0 }] };

        Given(Created() with { Item = item })
            .When(new Expire(), at: LeaseEnds)
            .Then(Expired(ExpiryReason.Idle));
        Given(Created() with { Item = item }, Part(Disk, 0, 0))
            .When(new Expire(), at: LeaseEnds)
            .Then(Expired(ExpiryReason.Complete));
    }

    [Fact]
    public void An_item_without_files_is_not_complete_from_the_start() =>
        Given(Created() with { Item = Item with { Files = [] } })
            .When(new Expire(), at: LeaseEnds)
            .Then(Expired(ExpiryReason.Idle));

    [Fact]
    public void A_complete_session_stays_active_until_its_lease_ends() =>
        Given(Created(), Whole(Descriptor), Whole(Disk))
            .When(new Expire(), at: LeaseEnds - Tick)
            .ThenNothing();

    static void Complete(params SessionEvent[] history) => EndsAs(ExpiryReason.Complete, history);

    static void NotComplete(params SessionEvent[] history) => EndsAs(ExpiryReason.Idle, history);

    static void EndsAs(ExpiryReason reason, SessionEvent[] history) =>
        Given([Created(), .. history]).When(new Expire(), at: LeaseEnds).Then(Expired(reason));

    static SessionExpired Expired(ExpiryReason reason) => new(reason, LastActiveAt: Noon);
}
