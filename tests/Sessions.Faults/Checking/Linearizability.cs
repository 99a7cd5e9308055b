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
        StreamHistory stream, IEnumerable<About> asked, LeasePolicy policy)
    {
        var underWay = new PriorityQueue<int, long>();
        var floor = 0;
        foreach (var (_, operation, commit) in asked.OrderBy(about => about.Operation.Start))
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
    static IEnumerable<IGrouping<SessionAddress, About>> Asked(Facts facts)
    {
        var named = facts.Run.Operations.SelectMany(operation =>
            facts.CommitsOf[operation.TraceId].ToArray() switch
            {
                [var (stream, commit)] => [new About(stream.Address, operation, commit)],
                { Length: > 1 } => [], // found by another promise
                _ => Named(operation).Select(address => new About(address, operation, Commit: null)),
            }).ToArray();
        return named.Concat(NotListed(facts, named.ToLookup(about => about.Address, about => about.Operation)))
            .GroupBy(about => about.Address);
    }

    static IEnumerable<SessionAddress> Named(Operation operation) => operation.Answer switch
    {
        Answer.TurnedAway or Answer.Unknown or Answer.Mistake => [],
        Answer.Listed listed => listed.Ids.Select(id => new SessionAddress(id, operation.Caller)),
        _ => operation.Address is { } address ? [address] : [],
    };

    /// <summary>
    /// The lists in which a session is missing, if that can contradict anything: when nobody had heard of it
    /// before, it may not have been there yet, and when nobody hears of it again, it may be gone for good.
    /// Without this the lists of a long run are about as many sessions as both are long together.
    /// </summary>
    static IEnumerable<About> NotListed(
        Facts facts, ILookup<SessionAddress, Operation> named)
    {
        var heardOf = named
            .Select(session => (
                Address: session.Key,
                First: session.Min(operation => operation.End),
                Last: facts.Streams.GetValueOrDefault(session.Key)?.Now is Session.Living
                    ? long.MaxValue
                    : session.Max(operation => operation.Start)))
            .ToLookup(session => session.Address.Owner, StringComparer.Ordinal);
        return from operation in facts.Run.Operations
               let listed = operation.Answer as Answer.Listed
               where listed is not null
               from session in heardOf[operation.Caller]
               where session.First < operation.Start && session.Last > operation.End && !listed.Ids.Contains(session.Address.Id)
               select new About(session.Address, operation, Commit: null);
    }

    /// <summary>A session that a request was about, and what it recorded of it.</summary>
    readonly record struct About(SessionAddress Address, Operation Operation, Commit? Commit);
}
