using System.Collections.Immutable;
using Sessions.Domain;
using Sessions.Faults.History;
using Sessions.Storage;
using static Sessions.Domain.SessionEvent;

namespace Sessions.Faults.Checking;

/// <summary>Every way in which a run may be unsound, done to a sound one, with the promise that it breaks.</summary>
static class Corruptions
{
    public static readonly ImmutableArray<(string What, string Promise, Func<Run, Run> Spoil)> All =
    [
        ("an acknowledged event is lost", "exactly once", run => run with { Log = run.Log.Remove(EventOf<Answer.Done>(run)) }),
        ("an acknowledged creation is lost with all that followed", "exactly once", run => run with
        {
            Log = run.Log.RemoveAll(recorded => recorded.Address == EventOf<Answer.Created>(run).Address),
        }),
        ("an acknowledged event is doubled", "in the log twice", run =>
        {
            var twice = EventOf<Answer.Done>(run);
            return run with { Log = run.Log.Add(twice with { Version = 1 + run.Log.Count(e => e.Address == twice.Address), CommandId = Guid.CreateVersion7() }) };
        }),
        ("an event of unknown outcome is doubled", "in the log twice", run =>
        {
            var twice = EventOf<Answer.Unknown>(run);
            return run with { Log = run.Log.Add(twice with { CommandId = Guid.CreateVersion7() }) };
        }),
        ("a command is in the log that was refused", "refused or turned away", run => Answered<Answer.Done>(run, new Answer.Refused("NOT_FOUND"))),
        ("a command is in the log that was turned away", "refused or turned away", run => Answered<Answer.Done>(run, new Answer.TurnedAway("503"))),
        ("a command is recorded of another session", "that it named", run => Changed<Answer.Done>(
            run, told => told with { Session = new SessionId(Guid.CreateVersion7()) })),
        ("a creation is answered with another session", "that it named", run => Answered<Answer.Created>(
            run, new Answer.Created(new SessionId(Guid.CreateVersion7())))),
        ("a command is recorded of another user", "that it named", run => Replace(
            run, EventOf<Answer.Done>(run), e => e with { Provenance = e.Provenance with { Actor = "eve" } })),
        ("a server answers 500", "mistake", run => Answered<Answer.Done>(run, new Answer.Mistake("500"))),
        ("half of a commit is there", "all that the rules decide", WithoutHalfOfACommit),
        ("an event says what was not decided", "all that the rules decide", run => Replace(
            run, EventAt<SessionKeptAlive>(run), kept => kept with { Event = (SessionKeptAlive)kept.Event with { Progress = 55 } })),
        ("an event is there that nobody asked for", "all that the rules decide", run => Replace(
            run, EventOf<Answer.Done>(run), e => e with { Provenance = e.Provenance with { TraceParent = Operation.TraceParentOf(999_999) } })),
        ("a session is removed before its retention is over", "all that the rules decide", run => Replace(
            run, EventWhere(run, e => e is SessionDeleted { Reason: DeletionReason.Retention }), e => Earlier(e, TimeSpan.FromHours(1)))),
        ("a deleted session is seen again", "one order", run => Read(
            run, Ended(run), new Answer.Seen("ACTIVE", 0, run.Ended))),
        ("an older state is seen after a newer one", "one order", run => Read(
            run, LongLived(run), Rules.Seen((Session.Living)StreamHistory.Of(run.Log)[LongLived(run)].States[1]))),
        ("a list lacks a session that lives", "one order", run => List(
            run, run.List[0].Owner, ids => ids.Remove(run.List[0].Id))),
        ("a list has a session that was never there", "one order", run => List(
            run, "ana", ids => ids.Add(new SessionId(Guid.CreateVersion7())))),
        ("a refusal fits no state", "one order", run => Ask(
            run, LongLived(run), new Asked.Command(new SessionCommand.Delete()), new Answer.Refused("NOT_FOUND"))),
        ("a creation finds a session that is gone", "one order", run => Ask(
            run, Ended(run), new Asked.Create(Guid.CreateVersion7(), Guid.CreateVersion7()), new Answer.Created(Ended(run).Id))),
        ("a number of a stream is missing", "without a gap", run => run with
        {
            Log = run.Log.Remove(run.Log.Last(e => e.Version == 1 && run.Log.Any(f => f.Address == e.Address && f.Version == 2))),
        }),
        ("a stream's times run backwards", "backwards", run => Replace(
            run, EventWhere(run, e => e is SessionDeleted), e => Earlier(e, TimeSpan.FromHours(1)))),
        ("a session's activity ends a second time", "activity ends once", run => Append(
            run, EventAt<SessionCanceled>(run).Address, new SessionExpired(ExpiryReason.Idle, run.Ended))),
        ("a session goes on after its end", "life ends once", run => Append(run, Ended(run), new SessionKeptAlive(run.Ended))),
        ("a session's life ends a second time", "life ends once", run => Append(
            run, Ended(run), new SessionDeleted(By: null, DeletionReason.Retention))),
        ("a session expires early", "before its time", run => Replace(
            run, EventAt<SessionExpired>(run), e => Earlier(e, TimeSpan.FromMinutes(1)))),
        ("a node's clock decided", "times are the database's", run => Replace(
            run, run.Log[^1], e => Earlier(e, TimeSpan.FromHours(-1)))),
        ("a snapshot is another state", "a snapshot is", run => run with
        {
            Streams = run.Streams.SetItem(0, run.Streams[0] with { Snapshot = Session.Initial }),
        }),
        ("a stream's row is behind its events", "a snapshot is", run => run with
        {
            Streams = run.Streams.SetItem(0, run.Streams[0] with { Version = run.Streams[0].Version - 1 }),
        }),
        ("a stream's row is missing", "a snapshot is", run => run with { Streams = run.Streams.RemoveAt(0) }),
        ("a row of the list is too many", "the list is", run => run with { List = run.List.Add(Ended(run)) }),
        ("a row of the list is missing", "the list is", run => run with { List = run.List.RemoveAt(0) }),
        ("a session waits for nothing", "its next message", run => run with { Schedule = run.Schedule.RemoveAt(0) }),
        ("a session waits that is gone", "its next message", run => run with
        {
            Schedule = run.Schedule.Add(new StoredMessage(Ended(run), DueKind.Purge, run.Ended)),
        }),
        ("a session waits for the wrong thing", "its next message", run => run with
        {
            Schedule = run.Schedule.SetItem(0, run.Schedule[0] with { Kind = (DueKind)(1 - (int)run.Schedule[0].Kind) }),
        }),
        ("a healthy message was given up", "its next message", run => run with { DeadLetters = [run.List[0]] }),
        ("a reader skips a position", "every position once", run => run with { Followed = run.Followed.RemoveAt(7) }),
        ("a reader meets a position twice", "every position once", run => run with { Followed = run.Followed.Insert(9, run.Followed[3]) }),
        ("a reader meets two positions the wrong way round", "every position once", run => run with
        {
            Followed = run.Followed.SetItem(4, run.Followed[5]).SetItem(5, run.Followed[4]),
        }),
        ("a reader meets what is not in the log", "every position once", run => run with
        {
            Followed = run.Followed.Add(new LogPosition(9, 9, 9)),
        }),
    ];

    static RecordedEvent EventWhere(Run run, Func<SessionEvent, bool> condition) => run.Log.First(e => condition(e.Event));

    static RecordedEvent EventAt<T>(Run run)
        where T : SessionEvent => EventWhere(run, e => e is T);

    /// <summary>The first event that was caused by a request with such an answer.</summary>
    static RecordedEvent EventOf<T>(Run run)
        where T : Answer =>
        run.Log.First(e => run.Operations.Any(o => o.Answer is T && o.TraceParent == e.Provenance.TraceParent));

    static Run Answered<T>(Run run, Answer answer)
        where T : Answer => Changed<T>(run, told => told with { Answer = answer });

    /// <summary>The first request that was answered so and recorded something, changed.</summary>
    static Run Changed<T>(Run run, Func<Operation, Operation> change)
        where T : Answer
    {
        var trace = EventOf<T>(run).Provenance.TraceParent;
        var told = run.Operations.Single(operation => operation.TraceParent == trace);
        return run with { Operations = run.Operations.Replace(told, change(told)) };
    }

    /// <summary>A removal that met a lapsed lease, without the expiry that belongs to it.</summary>
    static Run WithoutHalfOfACommit(Run run)
    {
        var whole = run.Log.GroupBy(e => e.CommandId).Select(commit => commit.ToArray())
            .First(commit => commit is [{ Event: SessionExpired }, { Event: SessionDeleted }]);
        return run with
        {
            Log = run.Log.Remove(whole[0]).Replace(whole[1], whole[1] with { Version = whole[0].Version }),
        };
    }

    static SessionAddress Ended(Run run) => EventAt<SessionDeleted>(run).Address;

    /// <summary>One that lives at the end and has changed since its creation.</summary>
    static SessionAddress LongLived(Run run) => run.List.First(address => run.Log.Count(e => e.Address == address) > 1);

    static Run Replace(Run run, RecordedEvent old, Func<RecordedEvent, RecordedEvent> change) =>
        run with { Log = run.Log.Replace(old, change(old)) };

    static RecordedEvent Earlier(RecordedEvent e, TimeSpan by) => e with { Event = e.Event with { At = e.Event.At - by } };

    static Run Append(Run run, SessionAddress address, SessionEvent @event) => run with
    {
        Log = run.Log.Add(new RecordedEvent(
            new LogPosition(1, ulong.MaxValue, run.Log.Length), address, 1 + run.Log.Count(e => e.Address == address),
            Guid.CreateVersion7(), @event with { At = run.Ended }, new Provenance(null, "schedule"))),
    };

    static Run Read(Run run, SessionAddress address, Answer answer) => Ask(run, address, new Asked.Get(), answer);

    /// <summary>A request behind all others.</summary>
    static Run Ask(Run run, SessionAddress address, Asked asked, Answer answer)
    {
        var last = run.Operations.Max(operation => operation.End);
        return run with
        {
            Operations = run.Operations.Add(new Operation(
                run.Operations.Length, address.Owner, "node", asked is Asked.Create ? null : address.Id, asked, last + 1, last + 2, answer)),
        };
    }

    static Run List(Run run, string caller, Func<ImmutableHashSet<SessionId>, ImmutableHashSet<SessionId>> spoil)
    {
        var last = run.Operations.Max(operation => operation.End);
        var right = run.List.Where(address => address.Owner == caller).Select(address => address.Id).ToImmutableHashSet();
        return run with
        {
            Operations = run.Operations.Add(new Operation(
                run.Operations.Length, caller, "node", Session: null, new Asked.List(), last + 1, last + 2, new Answer.Listed(spoil(right)))),
        };
    }
}
