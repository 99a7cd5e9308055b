using Npgsql;
using Sessions.Domain;
using Sessions.Storage;
using Sessions.Storage.Log;
using static Sessions.Domain.SessionEvent;

namespace Sessions.Projections.Audit;

/// <summary>
/// Which item a session is on. Only its first event says so. The item is remembered for later events, and read
/// again from the first event once it has been evicted.
/// </summary>
/// <param name="sizeMax">How many sessions are remembered at most. Recently used ones stay.</param>
public sealed class ItemMemory(int sizeMax = ItemMemory.SizeMax)
{
    /// <summary>How many sessions are remembered by default: some 8 MB, and the names of their owners.</summary>
    public const int SizeMax = 150_000;

    /// <summary>How many when reading the whole log, which has every session, and serving no clients: twice as much.</summary>
    public const int WholeLogMax = 300_000;

    static readonly string Deleted = EventJson.Types[typeof(SessionDeleted)].Name;

    /// <summary>Two halves: a full young one replaces the old one, whose unused entries are dropped.</summary>
    Dictionary<SessionAddress, Guid> young = [];
    Dictionary<SessionAddress, Guid> old = [];

    /// <summary>The owners in the young half, each once: every event that is read has a string of its own.</summary>
    readonly HashSet<string> owners = new(StringComparer.Ordinal);

    /// <summary>The items of these events' sessions, in the events' order; null where the log does not say.</summary>
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
        batch.Add(Sql.FindCreations)
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
        {
            // The room is used again: it is large, and would be collected late.
            old.Clear();
            owners.Clear();
            (old, young) = (young, old);
        }

        young[address with { Owner = OneOf(address.Owner) }] = item;
    }

    string OneOf(string owner)
    {
        if (owners.TryGetValue(owner, out var same))
            return same;
        owners.Add(owner);
        return owner;
    }

    /// <summary>Hardly any event follows a removal; for the end of a cut-off transfer the item is read again.</summary>
    void Forget(SessionAddress address)
    {
        young.Remove(address);
        old.Remove(address);
    }
}
