using Sessions.Domain;
using Sessions.Faults.History;

namespace Sessions.Faults.Checking;

/// <summary>Whether what is kept beside the log is what the log says.</summary>
static class Stored
{
    public static IEnumerable<string> SnapshotsThatDiffer(Facts facts) =>
        Differences(
            facts.Run.Streams.Select(row => (row.Address, (row.Version, row.Snapshot))),
            facts.Streams.Values.Select(stream => (stream.Address, (stream.Events.Length, stream.Now))));

    public static IEnumerable<string> ListThatDiffers(Facts facts) =>
        Differences(
            facts.Run.List.Select(address => (address, "living")),
            Living(facts).Select(stream => (stream.Address, "living")));

    /// <summary>A message that was given up counts as none: the schedule has no poison in it here.</summary>
    public static IEnumerable<string> ScheduleThatDiffers(Facts facts) =>
        Differences(
            facts.Run.Schedule.Select(row => (row.Address, row.Kind)),
            Living(facts).Select(stream => (stream.Address, DueMessage.Of(stream.Now, facts.Run.Policy)!.Value.Kind)))
        .Concat(facts.Run.DeadLetters.Select(address => $"{address.Id}: its message was given up"));

    static IEnumerable<StreamHistory> Living(Facts facts) =>
        facts.Streams.Values.Where(stream => stream.Now is Session.Living);

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
