using Sessions.Domain;
using Sessions.Faults.History;

namespace Sessions.Faults.Checking;

/// <summary>Whether what is stored beside the log agrees with it.</summary>
static class Stored
{
    /// <summary>A removed session frees its token.</summary>
    public static IEnumerable<string> SnapshotsThatDiffer(Facts facts) =>
        Differences(
            facts.Run.Streams.Select(row => (row.Address, (row.Version, row.Snapshot, row.ClientToken))),
            facts.Streams.Values.Select(stream => (
                stream.Address, (stream.Events.Length, stream.Now, (stream.Now as Session.Living)?.Origin.ClientToken))));

    public static IEnumerable<string> ListThatDiffers(Facts facts) =>
        Differences(
            facts.Run.List.Select(row => (row.Address, row.ItemId)),
            Living(facts).Select(one => (one.Stream.Address, one.Now.Origin.Item.ItemId)));

    /// <summary>A message that was given up is a violation too: no poison is left when a run ends.</summary>
    public static IEnumerable<string> ScheduleThatDiffers(Facts facts) =>
        Differences(
            facts.Run.Schedule.Select(row => (row.Address, row.Kind)),
            Living(facts).Select(one => (one.Stream.Address, DueOf(one.Now, facts).Kind)))
        .Concat(facts.Run.DeadLetters.Select(address => $"{address.Id}: its message was given up"));

    /// <summary>A message may be due early, because a renewal leaves it alone; it is then scheduled again.</summary>
    public static IEnumerable<string> DueTooLate(Facts facts) =>
        from one in Living(facts)
        join row in facts.Run.Schedule on one.Stream.Address equals row.Address
        where row.Attempts == 0 && row.DueAt > DueOf(one.Now, facts).At
        select $"{row.Address.Id}: due at {row.DueAt:O}, and its time is over at {DueOf(one.Now, facts).At:O}";

    static DueMessage DueOf(Session.Living session, Facts facts) => DueMessage.Of(session, facts.Run.Policy)!.Value;

    static IEnumerable<(StreamHistory Stream, Session.Living Now)> Living(Facts facts) =>
        from stream in facts.Streams.Values
        let now = stream.Now as Session.Living
        where now is not null
        select (stream, now);

    static IEnumerable<string> Differences<T>(
        IEnumerable<(SessionAddress Address, T Row)> stored, IEnumerable<(SessionAddress Address, T Row)> replayed)
    {
        var rows = stored.ToLookup(row => row.Address, row => row.Row);
        var wanted = replayed.ToDictionary(row => row.Address, row => row.Row);
        return from address in rows.Select(row => row.Key).Union(wanted.Keys)
               let found = rows[address].ToArray()
               let right = wanted.TryGetValue(address, out var row) ? new[] { row } : []
               where !found.SequenceEqual(right)
               select $"{address.Id} of {address.Owner}: stored {Text(found)}, replayed {Text(right)}";
    }

    static string Text<T>(T[] rows) => rows.Length == 0 ? "nothing" : string.Join(" and ", rows);
}
