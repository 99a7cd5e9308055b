using Sessions.Domain;
using Sessions.Projections.Verification;
using Sessions.Storage;
using static Sessions.Domain.SessionEvent;

namespace Sessions.Projections.Audit;

/// <summary>
/// A session's life as its events tell it, one after another: none is kept. What the session was is folded by
/// <see cref="Session.Evolve"/>.
/// </summary>
public sealed class ToldLife
{
    readonly Dictionary<string, (int Transfers, long Bytes)> sent = new(StringComparer.Ordinal);
    readonly SortedSet<string> actors = new(StringComparer.Ordinal);
    readonly SortedSet<string> addresses = new(StringComparer.Ordinal);
    readonly StreamReplay replay = new();
    Session.Living? living;
    RecordedEvent? first;
    AuditEnd? ended;
    AuditEnd? deleted;
    int events;

    /// <summary>The life up to the last of them; null if they begin with no creation.</summary>
    public SessionLife? Life
    {
        get
        {
            if (living is null)
                return null;
            AuditFile[] files = [.. living.Origin.Item.Files.Select(file => FileOf(file, living))];
            return new SessionLife(
                first!.Address.Id.Value,
                living.Origin.Owner,
                (deleted ?? ended)?.How ?? "active",
                living.Origin.Item.ItemId,
                living.Origin.Item.ContentVersion,
                living.Lease.CreatedAt,
                AuditParty.Of(first),
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

    /// <summary>The first thing that is wrong with the events, or null: one is missing, or cannot be read.</summary>
    public string? Fault { get; private set; }

    /// <summary>Takes the session's next event.</summary>
    public void Add(LoggedEvent logged)
    {
        ArgumentNullException.ThrowIfNull(logged);
        events++;
        var fault = replay.Add(logged);
        try
        {
            Tell(logged.Recorded);
        }
        catch (UnreadableEventException damaged)
        {
            fault ??= $"version {logged.Version} cannot be read: {damaged.Why}";
        }

        Fault ??= fault;
        living = replay.Session as Session.Living ?? living;
    }

    void Tell(RecordedEvent recorded)
    {
        first ??= recorded;
        if (EndOf(recorded) is { } end)
            (ended, deleted) = recorded.Event is SessionDeleted ? (ended, end) : (end, deleted);
        if (recorded.Provenance.Actor is { } actor)
            actors.Add(actor);
        if (recorded.Provenance.Address is { } address)
            addresses.Add(address);
        if (SentBy(recorded.Event) is var (file, bytes))
        {
            var before = sent.GetValueOrDefault(file);
            sent[file] = (before.Transfers + 1, before.Bytes + bytes);
        }
    }

    static (string File, long Bytes)? SentBy(SessionEvent happened) => happened switch
    {
        FileTransferred e => (e.FileName, e.Range.End - e.Range.Start),
        TransferAborted e => (e.FileName, e.Range.End - e.Range.Start),
        _ => null,
    };

    static AuditEnd? EndOf(RecordedEvent recorded)
    {
        AuditEnd End(string how, string? message = null) => new(
            recorded.Event.At, how, AuditRow.ReasonOf(recorded.Event), message, AuditParty.Of(recorded));
        return recorded.Event switch
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
        var (transfers, bytes) = sent.GetValueOrDefault(file.Name);
        var activity = lived.ActivityOf(file.Name);
        return new AuditFile(
            file.Name, file.Size, activity.Prepared is not null, transfers, bytes, activity.Fetched.Cover(file.Size));
    }
}
