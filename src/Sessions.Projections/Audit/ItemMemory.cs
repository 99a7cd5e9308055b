using Npgsql;
using Sessions.Domain;
using Sessions.Storage;
using Sessions.Storage.Log;
using static Sessions.Domain.SessionEvent;

namespace Sessions.Projections.Audit;

/// <summary>
/// Which item a session is on. Only its first event says so; it is remembered for those that follow, and
/// read again for those whose first event was long ago.
/// </summary>
/// <param name="sizeMax">How many sessions are remembered at most. Those used last stay.</param>
public sealed class ItemMemory(int sizeMax = ItemMemory.SizeMax)
{
    /// <summary>How many sessions are remembered unless said otherwise: some 8 MB.</summary>
    public const int SizeMax = 50_000;

    /// <summary>How many by whoever reads the whole log, meets all sessions there are, and serves nobody: some 30 MB.</summary>
    public const int WholeLogMax = 200_000;

    static readonly string FindCreations = Sql.Read("find_creations");
    static readonly string Deleted = EventJson.Types[typeof(SessionDeleted)].Name;

    /// <summary>Two halves: when the young one is full it becomes the old one, and what was not used is gone.</summary>
    Dictionary<SessionAddress, Guid> young = [];
    Dictionary<SessionAddress, Guid> old = [];

    /// <summary>The items of these events' sessions, in their order; null where nobody knows.</summary>
    public async Task<Guid?[]> Find(
        IReadOnlyList<LoggedEvent> events, NpgsqlConnection connection, CancellationToken cancellation)
    {
        var items = new Guid?[events.Count];
        var unknown = new HashSet<SessionAddress>();
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = Of(events[i]);
            if (items[i] is null)
                unknown.Add(events[i].Address);
        }

        if (unknown.Count == 0)
            return items;

        await Learn(unknown, connection, cancellation);
        for (var i = 0; i < items.Length; i++)
            items[i] ??= Recall(events[i].Address);
        return items;
    }

    Guid? Of(LoggedEvent logged)
    {
        if (CreatedText.ItemOf(logged) is { } item)
        {
            Remember(logged.Address, item);
            return item;
        }

        var known = Recall(logged.Address);
        if (logged.Type == Deleted)
            Forget(logged.Address);
        return known;
    }

    async Task Learn(HashSet<SessionAddress> addresses, NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(FindCreations)
            .WithAddresses([.. addresses]);
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var first = LoggedEvent.Read(reader);
            if (CreatedText.ItemOf(first) is { } item)
                Remember(first.Address, item);
        }
    }

    Guid? Recall(SessionAddress address)
    {
        if (young.TryGetValue(address, out var item))
            return item;
        if (!old.Remove(address, out item))
            return null;
        Remember(address, item);
        return item;
    }

    void Remember(SessionAddress address, Guid item)
    {
        if (young.Count >= sizeMax / 2)
            (old, young) = (young, []);
        young[address] = item;
    }

    /// <summary>Hardly anything follows a session's removal: the end of a transfer that it cut off looks it up again.</summary>
    void Forget(SessionAddress address)
    {
        young.Remove(address);
        old.Remove(address);
    }
}
