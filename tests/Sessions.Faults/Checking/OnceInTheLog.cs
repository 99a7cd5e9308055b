using Sessions.Domain;
using Sessions.Faults.History;

namespace Sessions.Faults.Checking;

/// <summary>What each request recorded: its events, found by the trace parent that they keep.</summary>
static class OnceInTheLog
{
    public static IEnumerable<string> AcknowledgedButNotThere(Facts facts) =>
        from operation in facts.Run.Operations
        where operation.Answer is Answer.Done or Answer.Created or Answer.Fetched && AlwaysWrites(operation.Asked, facts.Run.Policy)
        let found = facts.CommitsOf[operation.TraceId].Count()
        where found != 1
        select $"{operation}: {found} times";

    /// <summary>
    /// Includes what was not acknowledged: a command of unknown outcome is carried out once or not at all. A look renews at
    /// most once; only flowing bytes renew repeatedly.
    /// </summary>
    public static IEnumerable<string> Twice(Facts facts) =>
        from commits in facts.CommitsOf.Concat(facts.BesidesOf.Where(besides => facts.Operations[besides.Key].IsLook))
        where commits.Count() > 1
        select $"{facts.Operations.GetValueOrDefault(commits.Key)?.ToString() ?? commits.Key}: {commits.Count()} times";

    /// <summary>A request that was refused or turned away also sends no bytes and renews nothing.</summary>
    public static IEnumerable<string> ThereAllTheSame(Facts facts) =>
        from operation in facts.Run.Operations
        where operation.Answer is Answer.Refused or Answer.TurnedAway
            && (facts.CommitsOf[operation.TraceId].Any() || facts.BesidesOf[operation.TraceId].Any())
        select $"{operation}";

    /// <summary>A trace only identifies the request; this checks that it acted on its session, for its caller.</summary>
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

    /// <summary>Others may find nothing left to do; the order of answers shows whether that was right.</summary>
    static bool AlwaysWrites(Asked asked, LeasePolicy policy) => asked switch
    {
        Asked.Create { Token: null } or Asked.Fetch => true,
        Asked.Command { What: SessionCommand.Cancel or SessionCommand.Fail or SessionCommand.Delete } => true,
        Asked.Command { What: SessionCommand.KeepAlive } => policy.KeepAliveSlack == TimeSpan.Zero,
        _ => false,
    };
}
