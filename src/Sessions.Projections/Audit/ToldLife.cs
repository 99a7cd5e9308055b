using Sessions.Domain;
using Sessions.Projections.Verification;
using Sessions.Storage.Log;
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
    SessionAddress address;
    AuditParty? createdBy;
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

    /// <summary>The first thing that is wrong with the events, or null: one is missing, or cannot be read.</summary>
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

    /// <summary>No more events come, and the session's next one has this version: none may be missing before it.</summary>
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
        if (SentBy(happened) is var (file, bytes))
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

    static AuditEnd? EndOf(SessionEvent happened, Provenance? by)
    {
        AuditEnd End(string how, string? message = null) =>
            new(happened.At, how, AuditRow.ReasonOf(happened), message, AuditParty.Of(by));
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
        var (transfers, bytes) = sent.GetValueOrDefault(file.Name);
        var activity = lived.ActivityOf(file.Name);
        return new AuditFile(
            file.Name, file.Size, activity.Prepared is not null, transfers, bytes, activity.Fetched.Cover(file.Size));
    }
}
