using Sessions.Domain;
using Sessions.Faults.History;
using Sessions.Faults.Storms;

namespace Sessions.Faults.Checking;

/// <summary>Whether events are of the time in which their requests were carried out.</summary>
static class Dates
{
    /// <summary>
    /// The database's clock is read behind the request, and before anything is written: an answer that was given before
    /// that, or a node that took its own clock, shows by the dates. What a storm writes, no node has dated.
    /// </summary>
    public static IEnumerable<string> OutOfBounds(Facts facts) =>
        from operation in facts.Run.Operations
        where operation.Node != Storm.Node
        let earliest = facts.Run.TimeAtLeast(operation.Start)
        let latest = facts.Run.TimeAtMost(operation.End)
        from found in facts.CommitsOf[operation.TraceId].Concat(facts.BesidesOf[operation.TraceId])
        from recorded in found.Commit.Events
        let at = recorded.Event.At
        where at < earliest || (at > latest && IsToldOf(operation, found.Commit))
        select $"{operation}: event {recorded.Version} of {recorded.Address.Id} at {at:O}, asked at {earliest:O} or later, answered by {latest:O}";

    /// <summary>An unknown answer tells of nothing, and that of a link only of its start: bytes flow, and leave, behind that.</summary>
    static bool IsToldOf(Operation operation, Commit commit) =>
        operation.Answer is Answer.Done or Answer.Created or Answer.SeenFiles or Answer.Fetched
        && (operation.Asked is not Asked.Fetch || commit.Events.Any(recorded => recorded.Event is SessionEvent.TransferStarted));
}
