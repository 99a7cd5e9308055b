using static Sessions.Domain.Session;

namespace Sessions.Domain.Tests;

public class EvolveTests
{
    static readonly DateTimeOffset Later = Noon.AddMinutes(1);

    [Fact]
    public void A_new_session_holds_what_its_creation_says()
    {
        var session = After<Active>(Created(Token, mayReadStorage: true));

        session.Origin.ShouldBe(new SessionOrigin(Ana, Item, Token, MayReadStorage: true));
        session.Lease.ShouldBe(FirstLease);
        session.Progress.ShouldBe(0);
        session.Files.ShouldBeEmpty();
    }

    [Fact]
    public void A_renewal_moves_the_lease_and_the_last_activity()
    {
        var session = After<Active>(Created(), new SessionKeptAlive(Later + Idle) { At = Later });

        session.Lease.ShouldBe(new SessionLease(CreatedAt: Noon, Later + Idle, LastActiveAt: Later));
    }

    [Fact]
    public void A_renewal_without_progress_leaves_it() =>
        After<Active>(Created(), new SessionKeptAlive(LeaseEnds, Progress: 40), new SessionKeptAlive(LeaseEnds))
            .Progress.ShouldBe(40);

    public static TheoryData<SessionEvent> FileEvents { get; } =
    [
        new FilePrepared(Disk.Name, EndpointType.Https),
        new TransferStarted(Transfer, Disk.Name, new ByteRange(0, 1)),
        new TransferAborted(Transfer, Disk.Name, new ByteRange(0, 1), TimeSpan.Zero),
        Whole(Disk),
    ];

    [Theory]
    [MemberData(nameof(FileEvents))]
    public void What_happens_to_a_file_is_activity_but_renews_nothing_by_itself(SessionEvent @event) =>
        After<Active>(Created(), @event with { At = Later })
            .Lease.ShouldBe(FirstLease with { LastActiveAt = Later });

    [Fact]
    public void A_file_holds_both_its_link_and_its_bytes_whichever_came_first()
    {
        var prepared = new FilePrepared(Disk.Name, EndpointType.Direct);
        var fetched = Part(Disk, 0, 500);
        var both = new FileActivity(ByteRanges.None.Add(new ByteRange(0, 500)), EndpointType.Direct);

        After<Active>(Created(), prepared, fetched).ActivityOf(Disk.Name).ShouldBe(both);
        After<Active>(Created(), fetched, prepared).ActivityOf(Disk.Name).ShouldBe(both);
    }

    [Fact]
    public void The_bytes_of_one_file_are_not_those_of_another()
    {
        var session = After<Active>(Created(), Whole(Disk));

        session.ActivityOf(Disk.Name).Fetched.Cover(Disk.Size).ShouldBeTrue();
        session.ActivityOf(Descriptor.Name).ShouldBe(FileActivity.None);
    }

    [Fact]
    public void A_canceled_session_says_so() =>
        EndingOf(new SessionCanceled()).ShouldBe(new SessionEnding.Canceled());

    [Fact]
    public void A_failed_session_keeps_the_words_of_its_client() =>
        EndingOf(new SessionFailed("disk full")).ShouldBe(new SessionEnding.Failed("disk full"));

    [Fact]
    public void An_expired_session_keeps_why_and_since_when() =>
        EndingOf(new SessionExpired(ExpiryReason.Complete, LastActiveAt: Noon) { At = LeaseEnds })
            .ShouldBe(new SessionEnding.Expired(ExpiryReason.Complete, Noon));

    [Theory]
    [MemberData(nameof(Endings), MemberType = typeof(Samples))]
    public void An_ended_session_keeps_all_that_was_true_of_it(SessionEvent ending)
    {
        var used = After<Active>(
            Created(Token), new SessionKeptAlive(LeaseEnds, Progress: 40), Part(Disk, 0, 500));
        var ended = Evolve(used, ending).ShouldBeOfType<Ended>();

        (ended.Origin, ended.Lease, ended.Progress, ended.Files, ended.At)
            .ShouldBe((used.Origin, used.Lease, used.Progress, used.Files, ending.At));
    }

    [Fact]
    public void Bytes_that_leave_after_the_end_are_counted_and_nothing_else_changes()
    {
        var ended = After<Ended>(Created(), new SessionCanceled(), Part(Disk, 0, 500));
        var rest = new TransferAborted(Transfer, Disk.Name, new ByteRange(500, Disk.Size), TimeSpan.Zero);
        var whole = Evolve(ended, rest with { At = Later }).ShouldBeOfType<Ended>();

        ended.ActivityOf(Disk.Name).Fetched.Parts.ShouldBe([new ByteRange(0, 500)]);
        whole.ActivityOf(Disk.Name).Fetched.Parts.ShouldBe([new ByteRange(0, Disk.Size)]);
        (whole with { Files = ended.Files }).ShouldBe(ended);
    }

    [Fact]
    public void Transfers_that_break_off_before_their_first_byte_take_none_of_the_parts_that_are_kept()
    {
        var broken = Enumerable.Range(1, ByteRanges.PartsMax).Select(i =>
            new TransferAborted(Transfer, Disk.Name, new ByteRange(2 * i, 2 * i), TimeSpan.Zero));

        var session = After<Active>([Created(), .. broken, Part(Disk, 600, Disk.Size)]);

        session.ActivityOf(Disk.Name).Fetched.Parts.ShouldBe([new ByteRange(600, Disk.Size)]);
    }

    [Fact]
    public void A_deleted_session_holds_only_the_record_of_it() =>
        After<Deleted>(Created(), new SessionDeleted(DeletionReason.Requested, Root) { At = Later })
            .ShouldBe(new Deleted(Ana, Later, Root, DeletionReason.Requested));

    [Fact]
    public void States_that_the_same_events_lead_to_are_equal()
    {
        SessionEvent[] past =
            [Created(Token), new FilePrepared(Disk.Name, EndpointType.Https), Part(Disk, 0, 5)];

        Fold(past).ShouldBe(Fold(past));
        Fold(past).GetHashCode().ShouldBe(Fold(past).GetHashCode());
        Fold(past).ShouldNotBe(Fold(past[..2]));
    }

    static SessionEnding EndingOf(SessionEvent ending) => After<Ended>(Created(), ending).Ending;

    static T After<T>(params SessionEvent[] past)
        where T : Session => Given(past).Session.ShouldBeOfType<T>();
}
