using System.Collections.Immutable;
using Sessions.Domain;
using Sessions.Faults.History;
using Sessions.Storage.Log;
using static Sessions.Domain.SessionEvent;
using static Sessions.Faults.Checking.Spoiling;
using static Sessions.Faults.Checking.Untimely;

namespace Sessions.Faults.Checking;

/// <summary>Every way to make a sound run unsound, with the promise that it breaks.</summary>
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
        ("a look that was refused has renewed", "refused or turned away", run => Refuse(run, Renewed(run))),
        ("a link that was refused leaves an end of its transfer", "refused or turned away", run => Replace(
            run, Fetched(run)[1], end => end with
            {
                Provenance = end.Provenance with
                {
                    TraceParent = run.Operations.First(o => o is { Asked: Asked.Fetch, Answer: Answer.Refused }).TraceParent,
                },
            })),
        ("a look renews twice", "in the log twice", run => run with
        {
            Log = run.Log.Add(Renewed(run) with { CommandId = Guid.CreateVersion7() }),
        }),
        ("a command is recorded after its answer", "dated after its start", run => Replace(
            run, EventOf<Answer.Done>(run), e => Earlier(e, TimeSpan.FromSeconds(-1)))),
        ("a command is recorded before it was asked", "dated after its start", run => Replace(
            run, EventOf<Answer.Done>(run), e => Earlier(e, TimeSpan.FromSeconds(1)))),
        ("a look renews after its answer", "dated after its start", run => Replace(
            run, Renewed(run), e => Earlier(e, TimeSpan.FromSeconds(-1)))),
        ("what has an unknown outcome is recorded before it was asked", "dated after its start", run => Replace(
            run, EventOf<Answer.Unknown>(run), e => Earlier(e, TimeSpan.FromSeconds(1)))),
        ("a transfer ends before it was asked for", "dated after its start", run => Replace(
            run, Fetched(run)[1], e => Earlier(e, TimeSpan.FromSeconds(1)))),
        ("a command is recorded of another session", "that it named", run => Changed<Answer.Done>(
            run, told => told with { Session = new SessionId(Guid.CreateVersion7()) })),
        ("a creation is answered with another session", "that it named", run => Answered<Answer.Created>(
            run, new Answer.Created(new SessionId(Guid.CreateVersion7())))),
        ("a command is recorded of another user", "that it named", run => Replace(
            run, EventOf<Answer.Done>(run), e => e with { Provenance = e.Provenance with { Actor = "eve" } })),
        ("a server answers 500", "mistake", run => Answered<Answer.Done>(run, new Answer.Mistake("500"))),
        ("the start of a transfer is lost", "exactly once", run => run with
        {
            Log = run.Log.RemoveAll(recorded => TransferOf(recorded.Event) == TransferOf(Fetched(run)[0].Event)),
        }),
        ("a transfer ends that never began", "to one end", run => run with { Log = run.Log.Remove(Fetched(run)[0]) }),
        ("a transfer ends twice", "to one end", run => Append(run, Fetched(run)[0].Address, Fetched(run)[1].Event)),
        ("more has left than was asked for", "to one end", run => Replace(run, Fetched(run)[1], end => end with
        {
            Event = (FileTransferred)end.Event with { Range = new ByteRange(0, 99) },
        })),
        ("what has left whole is told to have broken off", "to one end", run => Replace(run, Fetched(run)[1], end => end with
        {
            Event = end.Event is FileTransferred whole
                ? new TransferAborted(whole.TransferId, whole.FileName, whole.Range, whole.Duration) { At = whole.At }
                : end.Event,
        })),
        ("the end of a transfer is lost whose session was removed", "an end is on record", run => run with { Log = run.Log.Remove(FetchedOfRemoved(run)[1]) }),
        ("the end of a transfer is lost", "an end is on record", run => run with { Log = run.Log.Remove(Fetched(run)[1]) }),
        ("the end of a transfer is lost that began when all was mended", "an end is on record", run => run with
        {
            Log = run.Log.Remove(Fetched(run)[1]), KeepsEndsFrom = FetchedAt(run),
        }),
        ("a link gives other bytes", "the whole file", run => Answered<Answer.Fetched>(run, new Answer.Fetched("wrong"))),
        ("a link gives a part of the file", "the whole file", run => Replace(run, Fetched(run)[0], start => start with
        {
            Event = (TransferStarted)start.Event with { Range = new ByteRange(0, 7) },
        })),
        ("a file is fetched of a session that was never created", "the whole file", run => run with
        {
            Log = run.Log.Remove(StreamHistory.Of(run.Log)[Fetched(run)[0].Address].Events[0]),
        }),
        ("a transfer begins without a lease", "all that the rules decide", run => Append(
            run, run.List.First(row => Living(run, row.Address) is Session.Ended).Address,
            new TransferStarted(Guid.CreateVersion7(), "a.ovf", new ByteRange(0, 14)))),
        ("a link that holds is refused", "one order", run => Ask(
            run, Linked(run).Address, new Asked.Fetch(Linked(run).FileName, "", new Uri("http://node/")), new Answer.Refused("NOT_FOUND"))),
        ("a link is refused of a session that a client ends later", "one order", RefusedTooEarly<SessionCanceled>),
        ("a link is refused of a session that expires later", "one order", RefusedTooEarly<SessionExpired>),
        ("a session is told to be gone that is removed later", "one order", GoneTooEarly),
        ("a file that was asked for is shown as if it were not", "one order", run => Ask(
            run, Linked(run).Address, new Asked.File(Linked(run).FileName),
            new Answer.SeenFiles([new SeenFile(Linked(run).FileName, 14, "UNPREPARED", HasChecksum: false)]))),
        ("a file is shown as fetched that nobody has fetched", "one order", run => Ask(
            run, Unfetched(run), new Asked.Files(),
            new Answer.SeenFiles([.. Rules.SeenFiles(Living(run, Unfetched(run)), Living(run, Unfetched(run)).Origin.Item.Files).Files
                .Select(file => file with { HasChecksum = true })]))),
        ("a creation is refused whose token nobody has used", "one order", run => Ask(
            run, run.List[0].Address, new Asked.Create(run.List[0].ItemId, Guid.CreateVersion7()), new Answer.Refused("INVALID_ARGUMENT"))),
        ("a creation is refused that has no token", "one order", run => Ask(
            run, run.List[0].Address, new Asked.Create(run.List[0].ItemId, Token: null), new Answer.Refused("UNABLE_TO_ALLOCATE_RESOURCE"))),
        ("a creation is refused for a session that is gone", "one order", run => Ask(
            WithOneToken(run, [Removed(run)]), Removed(run), new Asked.Create(Guid.CreateVersion7(), OneToken), new Answer.Refused("INVALID_ARGUMENT"))),
        ("a creation is refused for a session that is not there yet", "one order", AskedTooEarly),
        ("a list is refused", "one order", run => Ask(run, run.List[0].Address, new Asked.List(), new Answer.Refused("NOT_FOUND"))),
        ("two sessions live with one token", "client token", run => WithOneToken(run, [.. run.List.GroupBy(row => row.Address.Owner)
            .Select(rows => rows.Select(row => row.Address).Take(2)).First()])),
        ("two sessions lived with one token", "client token", run => WithOneToken(run, Together(run))),
        ("a session is created with the token of one that nobody asks for any more", "client token", run => WithOneToken(
            run, ApartForClients(run))),
        ("half of a commit is there", "all that the rules decide", WithoutHalfOfACommit),
        ("an event says what was not decided", "all that the rules decide", run => Replace(
            run, EventAt<SessionKeptAlive>(run), kept => kept with { Event = (SessionKeptAlive)kept.Event with { Progress = 55 } })),
        ("a creation pins another version than the library's", "all that the rules decide", run => Replace(
            run, EventAt<SessionCreated>(run), created => created with
            {
                Event = (SessionCreated)created.Event with { Item = ((SessionCreated)created.Event).Item with { ContentVersion = "v2" } },
            })),
        ("an event is there that nobody asked for", "all that the rules decide", run => Replace(
            run, EventOf<Answer.Done>(run), e => e with { Provenance = e.Provenance with { TraceParent = Operation.TraceParentOf(999_999) } })),
        ("a session is removed before its retention is over", "all that the rules decide", run => Replace(
            run, EventWhere(run, e => e is SessionDeleted { Reason: DeletionReason.Retention }), e => Earlier(e, TimeSpan.FromHours(1)))),
        ("a deleted session is seen again", "one order", run => Read(
            run, Ended(run), new Answer.Seen("ACTIVE", 0, run.Ended))),
        ("an older state is seen after a newer one", "one order", run => Read(
            run, LongLived(run), Rules.Seen((Session.Living)StreamHistory.Of(run.Log)[LongLived(run)].States[1]))),
        ("a list lacks a session that lives", "one order", run => List(run, run.List[0].Address, (ids, id) => ids.Remove(id))),
        ("a list lacks a session that is removed later", "one order", LacksOneRemovedLater),
        ("a list has a session that was never there", "one order", run => List(
            run, run.List[0].Address, (ids, _) => ids.Add(new SessionId(Guid.CreateVersion7())))),
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
            run, Ended(run), new SessionDeleted(DeletionReason.Retention))),
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
        ("a token is kept that is free again", "a snapshot is", run => run with
        {
            Streams = run.Streams.Replace(
                run.Streams.First(row => row.Snapshot is Session.Deleted),
                run.Streams.First(row => row.Snapshot is Session.Deleted) with { ClientToken = Guid.CreateVersion7() }),
        }),
        ("a stream's row is missing", "a snapshot is", run => run with { Streams = run.Streams.RemoveAt(0) }),
        ("a row of the list is too many", "the list is", run => run with
        {
            List = run.List.Add(new StoredListing(Ended(run), run.List[0].ItemId)),
        }),
        ("a row of the list has another item", "the list is", run => run with
        {
            List = run.List.SetItem(0, run.List[0] with { ItemId = Guid.CreateVersion7() }),
        }),
        ("a row of the list is missing", "the list is", run => run with { List = run.List.RemoveAt(0) }),
        ("a session waits for nothing", "its next message", run => run with { Schedule = run.Schedule.RemoveAt(0) }),
        ("a session waits that is gone", "its next message", run => run with
        {
            Schedule = run.Schedule.Add(new StoredMessage(Ended(run), DueKind.Purge, run.Ended, Attempts: 0)),
        }),
        ("a session waits for the wrong thing", "its next message", run => run with
        {
            Schedule = run.Schedule.SetItem(0, run.Schedule[0] with { Kind = (DueKind)(1 - (int)run.Schedule[0].Kind) }),
        }),
        ("a healthy message was given up", "its next message", run => run with { DeadLetters = [run.List[0].Address] }),
        ("a message comes far too late", "is due when", run => run with
        {
            Schedule = run.Schedule.SetItem(0, run.Schedule[0] with { DueAt = new DateTimeOffset(9999, 1, 1, 0, 0, 0, TimeSpan.Zero) }),
        }),
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
}
