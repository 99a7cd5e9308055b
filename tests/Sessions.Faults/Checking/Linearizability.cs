using Sessions.Domain;
using Sessions.Faults.History;

namespace Sessions.Faults.Checking;

/// <summary>
/// Whether all answers about a session fit one order, each as if its request had been carried out at one
/// moment between its start and its end. The log fixes the order of requests that recorded something, so only
/// the others need a place, and the earliest that fits is the best.
/// </summary>
static class Linearizability
{
    public static IEnumerable<string> Broken(Facts facts)
    {
        var explained = new HashSet<long>();
        foreach (var session in BySession(facts))
        {
            var stream = facts.Streams.GetValueOrDefault(session.Key) ?? StreamHistory.Never(session.Key);
            foreach (var (about, place, floor) in PlacesIn(stream, session, facts))
            {
                if (about.IsGuess && place is not null)
                    explained.Add(about.Operation.Number);
                else if (!about.IsGuess && place is null)
                    yield return $"{about.Operation}: fits nowhere between event {floor}, whose state is {stream.States[floor]}, "
                        + $"and {stream.CountAt(facts.Run.TimeAtMost(about.Operation.End))}, the last of {stream.Events.Length} that there can have been";
            }
        }

        foreach (var operation in facts.Run.Operations.Where(IsRefusedOfNone).Where(operation => !explained.Contains(operation.Number)))
            yield return $"{operation}: no session of its caller is a reason to";
    }

    static IEnumerable<(About About, int? Place, int Floor)> PlacesIn(
        StreamHistory stream, IEnumerable<About> asked, Facts facts)
    {
        var underWay = new PriorityQueue<int, long>();
        var floor = 0;
        foreach (var about in asked.OrderBy(about => about.Operation.Start))
        {
            // This request must not contradict what had been answered before it was sent.
            while (underWay.TryPeek(out _, out var end) && end < about.Operation.Start)
                floor = Math.Max(floor, underWay.Dequeue());

            var (operation, commit) = (about.Operation, about.Commit);
            var place = commit is null ? FirstFit(operation, stream, floor, facts.Run)
                : floor <= commit.Before ? commit.After
                : null;
            if (place is { } found && about.Binds)
                underWay.Enqueue(found, operation.End);
            yield return (about, place, floor);
        }
    }

    /// <summary>The earliest fitting state among those that can have been reached when the answer came.</summary>
    static int? FirstFit(Operation operation, StreamHistory stream, int floor, Run run)
    {
        var ceiling = stream.CountAt(run.TimeAtMost(operation.End));
        for (var count = floor; count <= ceiling; count++)
        {
            if (Rules.Fit(operation, stream, count, run))
                return count;
        }

        return null;
    }

    /// <summary>
    /// Every request by the session that it was about, with what it recorded. A list is about every session of its
    /// caller, and a refused creation possibly about any with its token. A request that was turned away, or has an
    /// unknown outcome and recorded nothing, is about none.
    /// </summary>
    static IEnumerable<IGrouping<SessionAddress, About>> BySession(Facts facts)
    {
        var named = facts.Run.Operations.SelectMany(operation =>
            facts.CommitsOf[operation.TraceId].ToArray() switch
            {
                [var (stream, commit)] => [new About(stream.Address, operation, commit)],
                { Length: > 1 } => [], // found by another promise
                _ => Named(operation).Select(address => new About(address, operation, Commit: null)),
            }).ToArray();
        return named
            .Concat(NotListed(facts, named.ToLookup(about => about.Address, about => about.Operation)))
            .Concat(Refused(facts))
            .GroupBy(about => about.Address);
    }

    static IEnumerable<SessionAddress> Named(Operation operation) => operation.Answer switch
    {
        Answer.TurnedAway or Answer.Unknown or Answer.Mistake => [],
        Answer.Listed listed => listed.Ids.Select(id => new SessionAddress(id, operation.Caller)),
        _ => operation.Address is { } address ? [address] : [],
    };

    /// <summary>
    /// The lists that lack a session, where that can contradict anything. Before the first answer about the session, it
    /// may not exist yet; after the date of its removal, if no later request is about it, it may be gone for good. Without
    /// this filter, each list of a long run would be about every session of its caller.
    /// </summary>
    static IEnumerable<About> NotListed(
        Facts facts, ILookup<SessionAddress, Operation> named)
    {
        var heardOf = named
            .Select(session => (
                Address: session.Key,
                First: session.Min(operation => operation.End),
                Last: session.Max(operation => operation.Start),
                ThereUntil: facts.Streams.GetValueOrDefault(session.Key)?.ThereUntil ?? DateTimeOffset.MinValue))
            .ToLookup(session => session.Address.Owner, StringComparer.Ordinal);
        return from operation in facts.Run.Operations
               let listed = operation.Answer as Answer.Listed
               where listed is not null
               from session in heardOf[operation.Caller]
               where session.First < operation.Start && !listed.Ids.Contains(session.Address.Id)
                   && (session.Last > operation.End || session.ThereUntil > facts.Run.TimeAtMost(operation.End))
               select new About(session.Address, operation, Commit: null);
    }

    /// <summary>A refused request that names no session: one of those with its token must justify the refusal.</summary>
    static bool IsRefusedOfNone(Operation operation) => operation is { Session: null, Answer: Answer.Refused };

    static IEnumerable<About> Refused(Facts facts) =>
        from operation in facts.Run.Operations
        where IsRefusedOfNone(operation) && operation.Asked is Asked.Create { Token: not null }
        join stream in facts.Streams.Values.Where(stream => stream.ClientToken is not null)
            on (operation.Caller, ((Asked.Create)operation.Asked).Token) equals (stream.Address.Owner, stream.ClientToken)
        select new About(stream.Address, operation, Commit: null, IsGuess: true);

    /// <summary>A session that a request was about, and what the request recorded of it.</summary>
    /// <param name="Address">The session.</param>
    /// <param name="Operation">The request.</param>
    /// <param name="Commit">What it recorded.</param>
    /// <param name="IsGuess">Whether the request may as well have been about another session.</param>
    readonly record struct About(SessionAddress Address, Operation Operation, Commit? Commit, bool IsGuess = false)
    {
        /// <summary>
        /// Whether later requests must find no older state. Not after one that took effect at an unknown time, nor after a
        /// refused link: its lease had ended by then, but a renewal that was under way may be recorded after that.
        /// </summary>
        public bool Binds =>
            !IsGuess && Operation is not ({ Asked: Asked.Fetch, Answer: Answer.Refused })
            && !(Commit is not null && Operation.Answer is Answer.Unknown);
    }
}
