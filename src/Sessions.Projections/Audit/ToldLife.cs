using Sessions.Domain;
using Sessions.Projections.Verification;
using Sessions.Storage.Log;
using static Sessions.Domain.SessionEvent;

namespace Sessions.Projections.Audit;

/// <summary>
/// A session's life, told from its events one by one without keeping them. <see cref="Session.Evolve"/> folds the
/// session's state.
/// </summary>
public sealed class ToldLife
{
    /// <summary>By file. The state of a deleted session has no files, and its transfers may still end.</summary>
    readonly Dictionary<string, Sent> sent = new(StringComparer.Ordinal);
    readonly SortedSet<string> actors = new(StringComparer.Ordinal);
    readonly SortedSet<string> addresses = new(StringComparer.Ordinal);
    readonly StreamReplay replay = new();
    Session.Living? living;
    SessionAddress address;
    AuditParty? createdBy;
    AuditEnd? ended;
    AuditEnd? deleted;
    int events;

    /// <summary>The life up to the last event; null if the events do not begin with a creation.</summary>
    public SessionLife? Life
    {
        get
        {
            if (living is null)
                return null;
            AuditFile[] files = [.. living.Origin.Item.Files.Select(file => FileOf(file, living))];
            return new SessionLife(
                address.Id.Value,
                living.Origin.Owner,
                (deleted ?? ended)?.How ?? "active",
                living.Origin.Item.ItemId,
                living.Origin.Item.ContentVersion,
                living.Lease.CreatedAt,
                createdBy,
                living.Lease.LastActiveAt,
                living.Lease.ExpiresAt,
                living.Progress,
                ended,
                deleted,
                files.Sum(file => file.BytesSent),
                files,
                [.. actors],
                [.. addresses],
                events)
            {
                Fault = Fault,
            };
        }
    }

    /// <summary>The first thing that is wrong with the events, such as one that is missing or unreadable; or null.</summary>
    public string? Fault { get; private set; }

    /// <summary>Takes the session's next event.</summary>
    public void Add(LoggedEvent logged)
    {
        ArgumentNullException.ThrowIfNull(logged);
        events++;
        address = logged.Address;
        Fault ??= replay.Add(logged);
        living = replay.Session as Session.Living ?? living;
        var by = Read(logged, one => one.Provenance);
        if (logged.Version == 1)
            createdBy = AuditParty.Of(by);
        if (by?.Actor is { } actor)
            actors.Add(actor);
        if (by?.Address is { } from)
            addresses.Add(from);
        if (Read(logged, one => one.Event) is { } happened)
            Tell(happened, by);
    }

    /// <summary>Ends the life before the event of this version: no event may be missing up to it.</summary>
    public void EndBefore(int version) => Fault ??= version > replay.Version + 1 ? $"version {replay.Version + 1} is missing" : null;

    T? Read<T>(LoggedEvent logged, Func<LoggedEvent, T> part)
        where T : class
    {
        try
        {
            return part(logged);
        }
        catch (UnreadableEventException damaged)
        {
            Fault ??= $"version {logged.Version} cannot be read: {damaged.Why}";
            return null;
        }
    }

    void Tell(SessionEvent happened, Provenance? by)
    {
        if (EndOf(happened, by) is { } end)
            (ended, deleted) = happened is SessionDeleted ? (ended, end) : (end, deleted);
        if (SentBy(happened) is var (file, range))
            sent[file] = sent.GetValueOrDefault(file, Sent.Nothing).And(range);
    }

    static (string File, ByteRange Range)? SentBy(SessionEvent happened) => happened switch
    {
        FileTransferred e => (e.FileName, e.Range),
        TransferAborted e => (e.FileName, e.Range),
        _ => null,
    };

    static AuditEnd? EndOf(SessionEvent happened, Provenance? by)
    {
        AuditEnd End(string how, string? message = null) =>
            new(happened.At, how, NumberedEvent.ReasonOf(happened), message, AuditParty.Of(by));
        return happened switch
        {
            SessionCanceled => End("canceled"),
            SessionFailed e => End("failed", e.Message),
            SessionExpired => End("expired"),
            SessionDeleted => End("deleted"),
            _ => null,
        };
    }

    AuditFile FileOf(PinnedFile file, Session.Living lived)
    {
        var left = sent.GetValueOrDefault(file.Name, Sent.Nothing);
        return new AuditFile(
            file.Name, file.Size, lived.ActivityOf(file.Name).Prepared is not null, left.Transfers, left.Bytes,
            left.Ranges.Cover(file.Size));
    }

    /// <summary>What was sent of a file.</summary>
    readonly record struct Sent(int Transfers, long Bytes, ByteRanges Ranges)
    {
        public static Sent Nothing { get; } = new(0, 0, ByteRanges.None);

        public Sent And(ByteRange range) => new(Transfers + 1, Bytes + range.Length, Ranges.Add(range));
    }
}
