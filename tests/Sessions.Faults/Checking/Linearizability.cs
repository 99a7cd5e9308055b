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
            // What had been answered before this was asked, this must not contradict.
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

    /// <summary>The earliest state that fits, among those that can have been reached when the answer was given.</summary>
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
    /// Every request by the session that it was about, with what it recorded. A list is about every
    /// session of its caller, and a refused creation perhaps about any that has its token; what was turned
    /// away, or has an unknown end and left nothing, is about none.
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
    /// The lists in which a session is missing, if that can contradict anything: when nobody had heard of it
    /// before, it may not have been there yet, and behind the date of its removal, when nobody hears of it again,
    /// it may be gone for good. Without this the lists of a long run are about as many sessions as both are long together.
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

    /// <summary>What was refused and names no session: the reason must be one that has the token, whichever.</summary>
    static bool IsRefusedOfNone(Operation operation) => operation is { Session: null, Answer: Answer.Refused };

    static IEnumerable<About> Refused(Facts facts) =>
        from operation in facts.Run.Operations
        where IsRefusedOfNone(operation) && operation.Asked is Asked.Create { Token: not null }
        join stream in facts.Streams.Values.Where(stream => stream.ClientToken is not null)
            on (operation.Caller, ((Asked.Create)operation.Asked).Token) equals (stream.Address.Owner, stream.ClientToken)
        select new About(stream.Address, operation, Commit: null, IsGuess: true);

    /// <summary>A session that a request was about, and what it recorded of it.</summary>
    /// <param name="Address">The session.</param>
    /// <param name="Operation">The request.</param>
    /// <param name="Commit">What it recorded.</param>
    /// <param name="IsGuess">Whether it may as well have been about another.</param>
    readonly record struct About(SessionAddress Address, Operation Operation, Commit? Commit, bool IsGuess = false)
    {
        /// <summary>
        /// Whether those who ask later must find no older state: not behind what came at an unknown time. A link was
        /// dead at the moment that its lease ended, and a renewal that was under way may be recorded behind that.
        /// </summary>
        public bool Binds =>
            !IsGuess && Operation is not ({ Asked: Asked.Fetch, Answer: Answer.Refused })
            && !(Commit is not null && Operation.Answer is Answer.Unknown);
    }
}
