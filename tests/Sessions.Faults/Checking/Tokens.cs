using Sessions.Faults.History;

namespace Sessions.Faults.Checking;

/// <summary>Whether creations with the same token led to the same session, as long as that lived.</summary>
static class Tokens
{
    /// <summary>
    /// Two sessions with one token that certainly lived at the same time: each from the first answer about it until its
    /// removal, whose time is read before it is written. All times are by the database's clock.
    /// </summary>
    public static IEnumerable<string> OfTwoSessions(Facts facts) =>
        from lives in Lives(facts).GroupBy(life => (life.Stream.Address.Owner, life.Stream.ClientToken))
        from first in lives.Index()
        from other in lives.Skip(first.Index + 1)
        where first.Item.Overlaps(other)
        select $"{lives.Key.ClientToken} of {lives.Key.Owner}: {first.Item.Stream.Address.Id} and {other.Stream.Address.Id}";

    static IEnumerable<Life> Lives(Facts facts)
    {
        var seen = facts.Run.Operations
            .Where(operation => operation is
            {
                Address: not null,
                Answer: Answer.Created or Answer.Done or Answer.Seen or Answer.SeenFiles or Answer.Fetched,
            })
            .ToLookup(operation => operation.Address!.Value);
        return from stream in facts.Streams.Values
               where stream.ClientToken is not null
               let told = seen[stream.Address]
               select new Life(
                   stream,
                   From: told.Select(operation => facts.Run.TimeAtMost(operation.End)).DefaultIfEmpty(facts.Run.Ended).Min(),
                   Until: stream.ThereUntil);
    }

    /// <summary>
    /// When a session lived for certain. If it was removed before the first answer about it, From lies after Until, and it
    /// certainly lived only at some moment between the two.
    /// </summary>
    sealed record Life(StreamHistory Stream, DateTimeOffset From, DateTimeOffset Until)
    {
        public bool Overlaps(Life other) => From < other.Until && other.From < Until;
    }
}
