using Sessions.Domain;
using Sessions.Faults.History;
using static Sessions.Domain.SessionEvent;

namespace Sessions.Faults.Checking;

/// <summary>What must hold for each stream by itself.</summary>
static class Streams
{
    public static IEnumerable<string> OutOfOrder(Facts facts) =>
        from stream in facts.Streams.Values
        from i in Enumerable.Range(0, stream.Events.Length)
        where stream.Events[i].Version != i + 1
            || (i > 0 && stream.Events[i].Event.At < stream.Events[i - 1].Event.At)
        select $"{stream.Address.Id}: event {i + 1} has the number {stream.Events[i].Version} and the time {stream.Events[i].Event.At:O}";

    public static IEnumerable<string> EndedTwice(Facts facts) =>
        from stream in facts.Streams.Values
        let ends = stream.Events.Count(recorded => recorded.Event is SessionCanceled or SessionFailed or SessionExpired)
        where ends > 1
        select $"{stream.Address.Id}: {ends} times";

    public static IEnumerable<string> GoesOnAfterItsEnd(Facts facts) =>
        from stream in facts.Streams.Values
        let after = stream.Events.SkipWhile(recorded => recorded.Event is not SessionDeleted).Skip(1)
            .Where(recorded => recorded.Event is not (FileTransferred or TransferAborted)).ToArray()
        where after.Length > 0
        select $"{stream.Address.Id}: {after.Length} events after its end";

    public static IEnumerable<string> ExpiredEarly(Facts facts) =>
        from stream in facts.Streams.Values
        from expiry in Expiries(stream)
        where expiry.At < expiry.Lease.ExpiresAt
        select $"{stream.Address.Id}: at {expiry.At:O}, its lease ran until {expiry.Lease.ExpiresAt:O}";

    /// <summary>A node whose own clock is wrong must leave no trace of it.</summary>
    public static IEnumerable<string> TimesOfAnotherClock(Facts facts) =>
        from recorded in facts.Run.Log
        where recorded.Event.At < facts.Run.Began || recorded.Event.At > facts.Run.Ended
        select $"{recorded.Address.Id}, event {recorded.Version}: {recorded.Event.At:O}";

    /// <summary>When a session was expired, and the lease that it had then.</summary>
    public static IEnumerable<(DateTimeOffset At, SessionLease Lease)> Expiries(StreamHistory stream) =>
        from i in Enumerable.Range(0, stream.Events.Length)
        where stream.Events[i].Event is SessionExpired && stream.States[i] is Session.Active
        select (stream.Events[i].Event.At, ((Session.Active)stream.States[i]).Lease);
}
