using System.Collections.Immutable;
using Sessions.Domain;
using Sessions.Faults.History;

namespace Sessions.Faults.Checking;

/// <summary>
/// Whether all answers about a session fit one order: each as if its request had been carried out at one
/// moment between its start and its end. The log fixes that order for what was recorded, so only those
/// requests need a place that recorded nothing, and the earliest that fits is the best.
/// </summary>
static class Linearizability
{
    public static IEnumerable<string> Broken(Facts facts) =>
        Asked(facts).SelectMany(session => BrokenIn(
            facts.Streams.GetValueOrDefault(session.Key) ?? StreamHistory.Never(session.Key), session, facts.Run.Policy));

    static IEnumerable<string> BrokenIn(
        StreamHistory stream, IEnumerable<(Operation Operation, Commit? Commit)> asked, LeasePolicy policy)
    {
        var underWay = new PriorityQueue<int, long>();
        var floor = 0;
        foreach (var (operation, commit) in asked.OrderBy(one => one.Operation.Start))
        {
            // What had been answered before this was asked, this must not contradict.
            while (underWay.TryPeek(out _, out var end) && end < operation.Start)
                floor = Math.Max(floor, underWay.Dequeue());

            var place = commit is null ? FirstFit(operation, stream, floor, policy)
                : floor <= commit.Before ? commit.After
                : null;
            if (place is { } found)
                underWay.Enqueue(found, commit is not null && operation.Answer is Answer.Unknown ? long.MaxValue : operation.End);
            else
                yield return $"{operation}: fits nowhere behind event {floor} of {stream.Events.Length}, "
                    + $"whose state is {stream.States[floor]}";
        }
    }

    static int? FirstFit(Operation operation, StreamHistory stream, int floor, LeasePolicy policy)
    {
        for (var count = floor; count <= stream.Events.Length; count++)
        {
            if (Rules.Fit(operation, stream, count, policy))
                return count;
        }

        return null;
    }

    /// <summary>
    /// Every request by the session that it was about, with what it recorded. A list is about every
    /// session of its caller; what was turned away, or has an unknown end and left nothing, is about none.
    /// </summary>
    static IEnumerable<IGrouping<SessionAddress, (Operation Operation, Commit? Commit)>> Asked(Facts facts)
    {
        var owned = facts.Streams.Keys.ToLookup(address => address.Owner, StringComparer.Ordinal);
        return facts.Run.Operations.SelectMany(operation =>
            facts.CommitsOf[operation.TraceId].ToArray() switch
            {
                [var (stream, commit)] => [(stream.Address, (Operation: operation, Commit: (Commit?)commit))],
                { Length: > 1 } => [], // found by another promise
                _ => AddressesOf(operation, owned).Select(address => (address, (operation, (Commit?)null))),
            })
            .GroupBy(pair => pair.Item1, pair => pair.Item2);
    }

    static IEnumerable<SessionAddress> AddressesOf(Operation operation, ILookup<string, SessionAddress> owned) =>
        operation.Answer switch
        {
            Answer.TurnedAway or Answer.Unknown or Answer.Mistake => [],
            Answer.Listed listed => owned[operation.Caller]
                .Union(listed.Ids.Select(id => new SessionAddress(id, operation.Caller))),
            _ => operation.Address is { } address ? [address] : [],
        };
}
