using System.Collections.Concurrent;
using Sessions.Domain;
using Sessions.Storage;
using Sessions.Storage.Streams;

namespace Sessions.Api.Downloads;

/// <summary>An active session as it was loaded.</summary>
/// <param name="Session">Its state.</param>
/// <param name="ReadAt">The database's time at the load.</param>
/// <param name="AskedAt">This node's timestamp just before the load.</param>
internal sealed record KnownSession(Session.Active Session, DateTimeOffset ReadAt, long AskedAt)
{
    public KnownLease Lease(TimeProvider clock) => new(Session.Lease.ExpiresAt, ReadAt, AskedAt, clock);

    /// <summary>
    /// The file that a link names, or null if the client has never asked for it. Which kind of link it asked for last does
    /// not matter.
    /// </summary>
    public PinnedFile? Linked(string fileName) =>
        Session.ActivityOf(fileName).Prepared is null ? null : Session.Origin.Item.File(fileName);
}

/// <summary>
/// Sessions that were loaded a moment ago. A transfer may begin on such a state: its start is a command, and is decided on
/// the current one.
/// </summary>
internal sealed class KnownSessions(EventStore store, TimeProvider clock)
{
    static readonly TimeSpan KnownFor = TimeSpan.FromSeconds(1);

    /// <summary>How many are kept before all are dropped.</summary>
    const int RememberedMax = 10_000;

    readonly ConcurrentDictionary<SessionAddress, KnownSession> known = [];

    /// <summary>The session as it was a moment ago, if it was loaded then, or null.</summary>
    public KnownSession? Recall(SessionAddress address) =>
        known.TryGetValue(address, out var found) && clock.GetElapsedTime(found.AskedAt) < KnownFor ? found : null;

    /// <summary>The session as it is, or null unless it is active and its lease runs.</summary>
    /// <exception cref="StoreUnavailableException">The database cannot be reached.</exception>
    public async ValueTask<KnownSession?> Load(SessionAddress address)
    {
        var askedAt = clock.GetTimestamp();
        var loaded = await store.Load(address);
        if (loaded.Running is not { } session)
        {
            known.TryRemove(address, out _);
            return null;
        }

        if (known.Count >= RememberedMax)
            known.Clear();
        return known[address] = new KnownSession(session, loaded.ReadAt, askedAt);
    }
}
