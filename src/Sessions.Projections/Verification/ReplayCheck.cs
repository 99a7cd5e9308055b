using Npgsql;
using Sessions.Domain;
using Sessions.Storage;
using Sessions.Storage.Streams;

namespace Sessions.Projections.Verification;

/// <summary>
/// Replays sessions from their events and compares what is stored of them: rows, snapshots, the list, the
/// schedule. To compare the state of one moment, the caller first begins a transaction at "repeatable read".
/// </summary>
public static class ReplayCheck
{
    /// <summary>Any policy will do: only the time of a removal depends on it, and that is not compared.</summary>
    static readonly LeasePolicy AnyPolicy = new();

    /// <summary>Checks these sessions and reports what differs.</summary>
    /// <returns>How many events they have, and how many of the sessions have a snapshot of another schema.</returns>
    public static async Task<(long Events, long Outdated)> Check(
        NpgsqlConnection connection, IReadOnlyList<SessionAddress> addresses, Action<Difference> tell,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(tell);
        var listed = await ItemsListed(connection, addresses, cancellation);
        var (events, outdated) = (0L, 0L);
        foreach (var stored in await StoredSessions.Read(connection, addresses, cancellation))
        {
            events += stored.Events.Count;
            outdated += stored.Row is { Snapshot: null, Fault: null } ? 1 : 0;
            foreach (var difference in Compare(stored, listed.GetValueOrDefault(stored.Address)))
                tell(difference);
        }

        return (events, outdated);
    }

    /// <summary>What differs between a session's events and the rest that is stored of it.</summary>
    /// <param name="stored">All that is stored of it but its row in the list.</param>
    /// <param name="listedItem">The item that the list has it on, or null if it is not listed.</param>
    public static IEnumerable<Difference> Compare(StoredSession stored, Guid? listedItem)
    {
        ArgumentNullException.ThrowIfNull(stored);
        var replay = new StreamReplay();
        foreach (var logged in stored.Events)
        {
            if (replay.Add(logged) is { } fault)
                yield return Is(DifferenceKind.Stream, fault) with { Version = logged.Version, Position = logged.Position.Number };
        }

        // What the rest should be is unknown without all of its events.
        if (!replay.IsWhole)
            yield break;

        foreach (var says in RowFaults(stored, replay.Session))
            yield return Is(DifferenceKind.Stream, says);
        if (SnapshotFault(stored.Row, replay.Session) is { } snapshot)
            yield return Is(DifferenceKind.Snapshot, snapshot);
        if (ListFault(listedItem, replay.Session) is { } list)
            yield return Is(DifferenceKind.List, list);
        if (ScheduleFault(stored, DueMessage.Of(replay.Session, AnyPolicy)) is { } schedule)
            yield return Is(DifferenceKind.Schedule, schedule);

        Difference Is(DifferenceKind kind, string says) => Difference.Of(
            kind, stored.Address, $"Session {stored.Address.Id} of {stored.Address.Owner}: {says.TrimEnd('.')}.");
    }

    /// <summary>
    /// Whether a session's events seem complete, so that the rest can be derived from them. If its row is ahead of them and
    /// its snapshot matches them, only the row's version is wrong; else the row may be the only trace of events cut off.
    /// </summary>
    internal static bool IsWhole(StoredSession stored)
    {
        if (stored.Events.Count == 0)
            return false;
        var replay = new StreamReplay();
        return stored.Events.All(logged => replay.Add(logged) is null)
            && (stored.Row is null || stored.Row.Version <= replay.Version || stored.Row.Snapshot == replay.Session);
    }

    static IEnumerable<string> RowFaults(StoredSession stored, Session replayed)
    {
        if (stored.Row is not { } row)
        {
            if (stored.Events.Count > 0)
                yield return "it has events but no row";
            yield break;
        }

        if (stored.Events.Count == 0)
            yield return "it has a row but no events";
        else if (row.Version != stored.Events[^1].Version)
            yield return $"its row is at version {row.Version}, its events at {stored.Events[^1].Version}";

        var token = (replayed as Session.Living)?.Origin.ClientToken;
        if (stored.Events.Count > 0 && row.ClientToken != token)
            yield return $"its row has the client token {row.ClientToken?.ToString() ?? "none"}, its events have {token?.ToString() ?? "none"}";
    }

    /// <summary>A snapshot of another schema is not compared: reads ignore it and its origin, and fold the events.</summary>
    static string? SnapshotFault(StoredRow? row, Session replayed) => row switch
    {
        { Fault: { } fault } => $"its snapshot cannot be read: {fault}",
        { Snapshot: { } snapshot } when replayed is not Session.NotCreated && snapshot != replayed =>
            $"its snapshot says {WordOf(snapshot)}, its events lead to {WordOf(replayed)}"
            + (WordOf(snapshot) == WordOf(replayed) ? ", with other details" : ""),
        _ => null,
    };

    static string? ListFault(Guid? listed, Session replayed) => (listed, replayed) switch
    {
        (null, Session.Living) => "it lives but is not listed",
        ({ } item, Session.Living living) when item != living.Origin.Item.ItemId =>
            $"it is listed on item {item:D} but is on {living.Origin.Item.ItemId:D}",
        ({ }, not Session.Living) => "it is listed but does not live",
        _ => null,
    };

    static string? ScheduleFault(StoredSession stored, DueMessage? due)
    {
        if (due is not { } next)
            return stored.Message is not null || stored.IsDead ? "a message waits for it, but it does not live" : null;
        if (stored.Message is not { } message)
            return stored.IsDead ? null : "it lives, but no message waits for it";
        if (message.Due.Kind != next.Kind)
            return $"its message is for it to {WordOf(message.Due.Kind)}, but it waits to {WordOf(next.Kind)}";

        // The time of a removal was set by the policy of that time, which the events do not say.
        if (next.Kind == DueKind.Purge)
            return null;

        // An early message is harmless: it finds nothing due. One that failed, or was put back, is late by design.
        return message.Attempts == 0 && message.Due.At > next.At && message.Due.At > stored.ReadAt
            ? $"its message is due at {message.Due.At:O}, later than {next.At:O}"
            : null;
    }

    static async Task<Dictionary<SessionAddress, Guid?>> ItemsListed(
        NpgsqlConnection connection, IReadOnlyList<SessionAddress> addresses, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(Sql.FindListed)
            .WithAddresses(addresses);
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        var items = new Dictionary<SessionAddress, Guid?>();
        while (await reader.ReadAsync(cancellation))
            items.Add(addresses[(int)reader.GetInt64(0) - 1], reader.GetGuid(1));
        return items;
    }

    static string WordOf(Session session) => session.GetType().Name.ToLowerInvariant();

    static string WordOf(DueKind kind) => kind == DueKind.Expire ? "expire" : "be purged";
}
