using Sessions.Domain;
using Sessions.Faults.History;

namespace Sessions.Faults.Checking;

/// <summary>What became of each request: its events, by the trace parent that they keep.</summary>
static class OnceInTheLog
{
    public static IEnumerable<string> AcknowledgedButNotThere(Facts facts) =>
        from operation in facts.Run.Operations
        where operation.Answer is Answer.Done or Answer.Created or Answer.Fetched && AlwaysWrites(operation.Asked, facts.Run.Policy)
        let found = facts.CommitsOf[operation.TraceId].Count()
        where found != 1
        select $"{operation}: {found} times";

    /// <summary>
    /// Also what nobody acknowledged: an unknown outcome is one thing or the other. A look renews once, or not at all; only
    /// bytes that flow renew again and again.
    /// </summary>
    public static IEnumerable<string> Twice(Facts facts) =>
        from commits in facts.CommitsOf.Concat(facts.BesidesOf.Where(besides => facts.Operations[besides.Key].IsLook))
        where commits.Count() > 1
        select $"{facts.Operations.GetValueOrDefault(commits.Key)?.ToString() ?? commits.Key}: {commits.Count()} times";

    /// <summary>No bytes flow and nothing is renewed on behalf of a request that was refused, either.</summary>
    public static IEnumerable<string> ThereAllTheSame(Facts facts) =>
        from operation in facts.Run.Operations
        where operation.Answer is Answer.Refused or Answer.TurnedAway
            && (facts.CommitsOf[operation.TraceId].Any() || facts.BesidesOf[operation.TraceId].Any())
        select $"{operation}";

    /// <summary>A trace says only which request it was: this says that it did what it was told to.</summary>
    public static IEnumerable<string> Misplaced(Facts facts) =>
        from operation in facts.Run.Operations
        from found in facts.CommitsOf[operation.TraceId].Concat(facts.BesidesOf[operation.TraceId])
        let recorded = found.Commit.Events[^1]
        where recorded.Address != (operation.Address ?? recorded.Address with { Owner = operation.Caller })
            || recorded.Provenance.Actor != operation.Caller
        select $"{operation}: recorded of {recorded.Address} by {recorded.Provenance.Actor}";

    public static IEnumerable<string> Mistakes(Facts facts) =>
        from operation in facts.Run.Operations
        where operation.Answer is Answer.Mistake
        select $"{operation}";

    /// <summary>Others may find that nothing is left to do; whether they were right, the order of answers shows.</summary>
    static bool AlwaysWrites(Asked asked, LeasePolicy policy) => asked switch
    {
        Asked.Create { Token: null } or Asked.Fetch => true,
        Asked.Command { What: SessionCommand.Cancel or SessionCommand.Fail or SessionCommand.Delete } => true,
        Asked.Command { What: SessionCommand.KeepAlive } => policy.KeepAliveSlack == TimeSpan.Zero,
        _ => false,
    };
}
