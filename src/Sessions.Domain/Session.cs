using System.Collections.Immutable;
using System.Diagnostics;
using static Sessions.Domain.SessionEvent;

namespace Sessions.Domain;

/// <summary>A session's state: four cases, each holding only what is true in it.</summary>
public abstract record Session
{
    Session()
    {
    }

    /// <summary>Before the first event.</summary>
    public static Session Initial { get; } = new NotCreated();

    /// <summary>No such session.</summary>
    public sealed record NotCreated : Session;

    /// <summary>Created and not yet removed: what active and ended sessions have in common.</summary>
    public abstract record Living(
        SessionOrigin Origin,
        SessionLease Lease,
        int Progress,
        ImmutableSortedDictionary<string, FileActivity> Files) : Session
    {
        /// <summary>The client is done: it said so, or every file was fetched whole.</summary>
        public bool IsComplete =>
            Progress == 100
            || (Origin.Item.Files.Length > 0
                && Origin.Item.Files.All(file => ActivityOf(file.Name).Fetched.Cover(file.Size)));

        /// <summary>What has happened to one file so far.</summary>
        public FileActivity ActivityOf(string fileName) => Files.GetValueOrDefault(fileName, FileActivity.None);

        /// <inheritdoc/>
        public virtual bool Equals(Living? other) =>
            other is not null
            && EqualityContract == other.EqualityContract
            && (Origin, Lease, Progress) == (other.Origin, other.Lease, other.Progress)
            && Files.SequenceEqual(other.Files);

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(Origin, Lease, Progress, Files.Count);
    }

    /// <summary>In use, under a lease. The only state in which a client can do anything but delete the session.</summary>
    public sealed record Active(
        SessionOrigin Origin,
        SessionLease Lease,
        int Progress,
        ImmutableSortedDictionary<string, FileActivity> Files) : Living(Origin, Lease, Progress, Files);

    /// <summary>Canceled, failed or expired: kept for clients that still ask, until its retention is over.</summary>
    public sealed record Ended(
        SessionOrigin Origin,
        SessionLease Lease,
        int Progress,
        ImmutableSortedDictionary<string, FileActivity> Files,
        DateTimeOffset At,
        SessionEnding Ending) : Living(Origin, Lease, Progress, Files);

    /// <summary>Removed. Only the record of it is left.</summary>
    public sealed record Deleted(string Owner, DateTimeOffset At, string? By, DeletionReason Reason) : Session;

    /// <summary>The state that these events lead to.</summary>
    public static Session Fold(IEnumerable<SessionEvent> events) => events.Aggregate(Initial, Evolve);

    /// <summary>
    /// Applies one event. It accepts any event that was ever stored and decides nothing: an old
    /// stream must still load after the rules in <see cref="SessionDecider"/> have changed.
    /// </summary>
    public static Session Evolve(Session session, SessionEvent @event) => (session, @event) switch
    {
        (_, SessionCreated e) => new Active(
            new SessionOrigin(e.Owner, e.Item, e.ClientToken, e.MayReadStorage),
            new SessionLease(e.At, e.ExpiresAt, LastActiveAt: e.At),
            Progress: 0,
            Files: ImmutableSortedDictionary<string, FileActivity>.Empty.WithComparers(StringComparer.Ordinal)),

        (Active s, SessionKeptAlive e) => s with
        {
            Lease = s.Lease.UsedAt(e.At) with { ExpiresAt = e.ExpiresAt },
            Progress = e.Progress ?? s.Progress,
        },
        (Active s, FilePrepared e) => s with { Lease = s.Lease.UsedAt(e.At), Files = s.Prepare(e.FileName, e.Endpoint) },
        (Active s, TransferStarted e) => s with { Lease = s.Lease.UsedAt(e.At) },
        (Active s, FileTransferred e) => s with { Lease = s.Lease.UsedAt(e.At), Files = s.Fetch(e.FileName, e.Range) },
        (Active s, TransferAborted e) => s with { Lease = s.Lease.UsedAt(e.At), Files = s.Fetch(e.FileName, e.Range) },

        (Active s, SessionCanceled e) => s.End(e.At, new SessionEnding.Canceled()),
        (Active s, SessionFailed e) => s.End(e.At, new SessionEnding.Failed(e.Message)),
        (Active s, SessionExpired e) => s.End(e.At, new SessionEnding.Expired(e.Reason, e.LastActiveAt)),

        (Living s, SessionDeleted e) => new Deleted(s.Origin.Owner, e.At, e.By, e.Reason),

        // A transfer may break off, or its last bytes leave, after the session's activity has ended.
        (Ended s, FileTransferred e) => s with { Files = s.Fetch(e.FileName, e.Range) },
        (Ended s, TransferAborted e) => s with { Files = s.Fetch(e.FileName, e.Range) },

        (not Active, SessionKeptAlive or FilePrepared or TransferStarted) => session,
        (not Active, SessionCanceled or SessionFailed or SessionExpired) => session,
        (NotCreated or Deleted, FileTransferred or TransferAborted or SessionDeleted) => session,
        _ => throw new UnreachableException($"{@event.GetType().Name} has no case in Evolve."),
    };
}

/// <summary>How a session's activity ended.</summary>
public abstract record SessionEnding
{
    SessionEnding()
    {
    }

    /// <summary>By its client.</summary>
    public sealed record Canceled : SessionEnding;

    /// <summary>Given up by its client, with the client's own message.</summary>
    public sealed record Failed(string Message) : SessionEnding;

    /// <summary>By the end of its lease.</summary>
    public sealed record Expired(ExpiryReason Reason, DateTimeOffset LastActiveAt) : SessionEnding;
}
