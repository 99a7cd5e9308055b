using Sessions.Domain;
using Sessions.Faults.History;
using Sessions.Faults.Storms;

namespace Sessions.Faults.Checking;

/// <summary>Whether events are dated within the time in which their requests were carried out.</summary>
static class Dates
{
    /// <summary>
    /// A node reads the database's clock after the request arrives and before it writes anything. So the dates reveal an
    /// answer that was given before that, or a node that used its own clock. What a storm writes was not dated by a node.
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

    /// <summary>An unknown answer confirms nothing; a link's confirms only the start, as the rest comes later.</summary>
    static bool IsToldOf(Operation operation, Commit commit) =>
        operation.Answer is Answer.Done or Answer.Created or Answer.SeenFiles or Answer.Fetched
        && (operation.Asked is not Asked.Fetch || commit.Events.Any(recorded => recorded.Event is SessionEvent.TransferStarted));
}
