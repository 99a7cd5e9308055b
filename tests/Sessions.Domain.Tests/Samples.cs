namespace Sessions.Domain.Tests;

/// <summary>The values that all tests share: one moment, one user, one item of two files.</summary>
static class Samples
{
    public const string Ana = "ana";
    public const string Root = "root";

    public static DateTimeOffset Noon { get; } = new(2031, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static LeasePolicy Policy { get; } = new();
    public static TimeSpan Idle { get; } = Policy.IdleTimeout;
    public static TimeSpan Slack { get; } = Policy.RenewalSlack;
    public static TimeSpan Tick { get; } = TimeSpan.FromTicks(1);

    /// <summary>The end of the first lease of a session created at noon.</summary>
    public static DateTimeOffset LeaseEnds { get; } = Noon + Idle;

    public static PinnedFile Descriptor { get; } = new("box.ovf", Size: 10, Noon.AddDays(-1));
    public static PinnedFile Disk { get; } = new("disk.vmdk", Size: 1000, Noon.AddDays(-2));

    public static PinnedItem Item { get; } =
        new(new Guid("6c1d5fbb-9c3f-4a7e-8a3b-0d6a4d8f1b11"), ContentVersion: "7", [Descriptor, Disk]);

    public static PinnedItem AnotherItem { get; } =
        Item with { ItemId = new Guid("0d4f7c60-52a4-4f0e-9f5e-0a7a3f1c2d22") };

    public static Guid Token { get; } = new("aaaaaaaa-0000-4000-8000-000000000001");
    public static Guid AnotherToken { get; } = new("bbbbbbbb-0000-4000-8000-000000000002");
    public static Guid Transfer { get; } = new("cccccccc-0000-4000-8000-000000000003");

    /// <summary>A session that ana created at noon.</summary>
    public static SessionCreated Created(Guid? clientToken = null, bool mayReadStorage = false) =>
        new(Ana, Item, LeaseEnds, clientToken, mayReadStorage) { At = Noon };

    /// <summary>The lease of that session, as the policy sees it.</summary>
    public static SessionLease FirstLease { get; } = new(CreatedAt: Noon, LeaseEnds, LastActiveAt: Noon);

    /// <summary>A whole file, as one transfer.</summary>
    public static FileTransferred Whole(PinnedFile file) => Part(file, 0, file.Size);

    /// <summary>A part of a file, as one transfer.</summary>
    public static FileTransferred Part(PinnedFile file, long start, long end) =>
        new(Transfer, file.Name, new ByteRange(start, end), TimeSpan.FromSeconds(1));

    /// <summary>A step of the transfer of the whole disk.</summary>
    public static RecordTransfer DiskTransfer(TransferStep step) =>
        new(Transfer, Disk.Name, new ByteRange(0, Disk.Size), step, TimeSpan.FromSeconds(2));

    /// <summary>The three ways in which a session's activity ends.</summary>
    public static TheoryData<SessionEvent> Endings { get; } =
    [
        new SessionCanceled { At = Noon },
        new SessionFailed("disk full") { At = Noon },
        new SessionExpired(ExpiryReason.Idle, Noon) { At = LeaseEnds },
    ];
}
