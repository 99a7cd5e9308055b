using System.Collections.Immutable;
using Sessions.Domain;
using Sessions.Faults.History;
using Sessions.Storage;
using static Sessions.Domain.SessionEvent;

namespace Sessions.Faults.Checking;

/// <summary>How runs are spoiled: where, and by what.</summary>
static class Spoiling
{
    public static RecordedEvent EventWhere(Run run, Func<SessionEvent, bool> condition) => run.Log.First(e => condition(e.Event));

    public static RecordedEvent EventAt<T>(Run run)
        where T : SessionEvent => EventWhere(run, e => e is T);

    /// <summary>The first event that was caused by a request with such an answer.</summary>
    public static RecordedEvent EventOf<T>(Run run)
        where T : Answer =>
        run.Log.First(e => run.Operations.Any(o => o.Answer is T && o.TraceParent == e.Provenance.TraceParent));

    public static Run Answered<T>(Run run, Answer answer)
        where T : Answer => Changed<T>(run, told => told with { Answer = answer });

    /// <summary>The first request that was answered so and recorded something, changed.</summary>
    public static Run Changed<T>(Run run, Func<Operation, Operation> change)
        where T : Answer
    {
        var trace = EventOf<T>(run).Provenance.TraceParent;
        var told = run.Operations.Single(operation => operation.TraceParent == trace);
        return run with { Operations = run.Operations.Replace(told, change(told)) };
    }

    /// <summary>A command without the first of the two events that it led to.</summary>
    public static Run WithoutHalfOfACommit(Run run)
    {
        var whole = run.Log.GroupBy(e => e.CommandId).Select(commit => commit.ToArray())
            .First(commit => commit is [{ Event: SessionExpired or FilePrepared }, _]);
        return run with
        {
            Log = run.Log.Remove(whole[0]).Replace(whole[1], whole[1] with { Version = whole[0].Version }),
        };
    }

    public static SessionAddress Ended(Run run) => EventAt<SessionDeleted>(run).Address;

    /// <summary>One that lives at the end, and whose client has ended its activity and knows it.</summary>
    public static SessionAddress LongLived(Run run) => run.List.Select(row => row.Address).First(address => run.Operations.Any(o =>
        o.Address == address && o is { Asked: Asked.Command { What: SessionCommand.Cancel or SessionCommand.Fail }, Answer: Answer.Done }));

    public static Session.Living Living(Run run, SessionAddress address) => (Session.Living)StreamHistory.Of(run.Log)[address].Now;

    /// <summary>The two events of a transfer that is on record from its start to its end, of a session that still lives.</summary>
    public static RecordedEvent[] Fetched(Run run) => run.Log
        .Where(e => TransferOf(e.Event) is not null).GroupBy(e => TransferOf(e.Event)).Select(events => events.ToArray())
        .First(events => events.Length == 2
            && run.List.Any(row => row.Address == events[0].Address)
            && run.Operations.Single(o => o.TraceParent == events[0].Provenance.TraceParent).Answer is Answer.Fetched);

    public static Guid? TransferOf(SessionEvent @event) => Transfers.StepOf(@event)?.TransferId;

    /// <summary>A file that was asked for, of a session whose lease still runs.</summary>
    public static (SessionAddress Address, string FileName) Linked(Run run) => run.List
        .Where(row => Living(run, row.Address) is Session.Active active && active.Lease.ExpiresAt > run.TimeAt(LastAnswer(run) + 2))
        .SelectMany(row => Living(run, row.Address).Files.Where(file => file.Value.Prepared is not null).Select(file => (row.Address, file.Key)))
        .First();

    public static SessionAddress Unfetched(Run run) => run.List.Select(row => row.Address)
        .First(address => Living(run, address) is { IsComplete: false, Files.IsEmpty: true });

    /// <summary>A session that a client has removed, and knows it.</summary>
    public static SessionAddress Removed(Run run) => run.Operations
        .First(o => o is { Asked: Asked.Command { What: SessionCommand.Delete }, Answer: Answer.Done }).Address!.Value;

    /// <summary>A link is refused right behind the answer that made it, of a session whose activity such an event ended later.</summary>
    public static Run RefusedTooEarly<TEnd>(Run run)
        where TEnd : SessionEvent
    {
        var streams = StreamHistory.Of(run.Log);
        var prepared = run.Operations.First(o =>
            o is { Asked: Asked.Command { What: SessionCommand.PrepareFile }, Answer: Answer.Done }
            && streams[o.Address!.Value] is var stream && stream.CountAt(run.TimeAt(o.End + 2)) is var count
            && stream.Events[count..].Any(later => later.Event is TEnd)
            && stream.States[1..(count + 1)].All(state => state is Session.Active active && active.Lease.ExpiresAt > run.TimeAt(o.End + 2)));
        var fileName = ((SessionCommand.PrepareFile)((Asked.Command)prepared.Asked).What).FileName;
        return Ask(
            run, prepared.Address!.Value, new Asked.Fetch(fileName, "", new Uri("http://node/")), new Answer.Refused("NOT_FOUND"), prepared.End);
    }

    /// <summary>A session is told to be gone, behind all that its clients asked, which was removed later.</summary>
    public static Run GoneTooEarly(Run run)
    {
        var (address, last) = (
            from stream in StreamHistory.Of(run.Log).Values
            where stream.Now is Session.Deleted
            let asked = run.Operations.Where(o => o.Address == stream.Address).Max(o => o.End)
            where stream.States[stream.CountAt(run.TimeAt(asked + 2))] is Session.Living
            select (stream.Address, asked)).First();
        return Ask(run, address, new Asked.Get(), new Answer.Refused("NOT_FOUND"), last);
    }

    /// <summary>When the transfer that <see cref="Fetched"/> finds was asked for.</summary>
    public static long FetchedAt(Run run) => run.Operations.Single(o => o.TraceParent == Fetched(run)[0].Provenance.TraceParent).Start;

    /// <summary>The same question as one that a session refused, which had not been created when it was answered.</summary>
    public static Run AskedTooEarly(Run run)
    {
        var first = StreamHistory.Of(run.Log).Values.First(stream => stream.ClientToken is not null);
        var earliest = run.Operations.Min(operation => operation.Start);
        return run with
        {
            Operations = run.Operations.Add(new Operation(
                run.Operations.Length, first.Address.Owner, "node", Session: null,
                new Asked.Create(Guid.CreateVersion7(), first.ClientToken), earliest - 2, earliest - 1, new Answer.Refused("INVALID_ARGUMENT"))),
        };
    }

    /// <summary>Two sessions of one owner that are gone by now, one of which was created while the other was used.</summary>
    public static SessionAddress[] Together(Run run)
    {
        var used = run.Operations.Where(o => o.Address is not null && o.Answer is Answer.Created or Answer.Done).ToLookup(o => o.Address!.Value);
        var gone = run.Streams.Where(row => row.Snapshot is Session.Deleted && used.Contains(row.Address)).Select(row => row.Address).ToArray();
        return
        [
            .. from old in gone
               from young in gone
               where old != young && old.Owner == young.Owner
                   && used[young].Any(o => used[old].Min(p => p.End) < o.Start && o.End < used[old].Max(p => p.Start))
               from one in new[] { old, young }
               select one,
        ];
    }

    public static readonly Guid OneToken = new(1, 1, 1, new byte[8]);

    /// <summary>The first two of these sessions, created with the same token.</summary>
    public static Run WithOneToken(Run run, SessionAddress[] sessions) => run with
    {
        Log = [.. run.Log.Select(recorded => sessions.Take(2).Contains(recorded.Address) && recorded.Event is SessionCreated created
            ? recorded with { Event = created with { ClientToken = OneToken } }
            : recorded)],
    };

    public static Run Replace(Run run, RecordedEvent old, Func<RecordedEvent, RecordedEvent> change) =>
        run with { Log = run.Log.Replace(old, change(old)) };

    public static RecordedEvent Earlier(RecordedEvent e, TimeSpan by) => e with { Event = e.Event with { At = e.Event.At - by } };

    public static Run Append(Run run, SessionAddress address, SessionEvent @event) => run with
    {
        Log = run.Log.Add(new RecordedEvent(
            new LogPosition(1, ulong.MaxValue, run.Log.Length), address, 1 + run.Log.Count(e => e.Address == address),
            Guid.CreateVersion7(), @event with { At = run.Ended }, new Provenance("schedule"))),
    };

    public static Run Read(Run run, SessionAddress address, Answer answer) => Ask(run, address, new Asked.Get(), answer);

    /// <summary>A request right behind a moment, or behind all others.</summary>
    public static Run Ask(Run run, SessionAddress address, Asked asked, Answer answer, long? behind = null)
    {
        var last = behind ?? LastAnswer(run);
        return run with
        {
            Operations = run.Operations.Add(new Operation(
                run.Operations.Length, address.Owner, "node", asked is Asked.Create ? null : address.Id, asked, last + 1, last + 2, answer)),
        };
    }

    public static long LastAnswer(Run run) => run.Operations.Max(operation => operation.End);

    public static Run List(Run run, string caller, Func<ImmutableHashSet<SessionId>, ImmutableHashSet<SessionId>> spoil)
    {
        var last = run.Operations.Max(operation => operation.End);
        var right = run.List.Select(row => row.Address).Where(address => address.Owner == caller).Select(address => address.Id).ToImmutableHashSet();
        return run with
        {
            Operations = run.Operations.Add(new Operation(
                run.Operations.Length, caller, "node", Session: null, new Asked.List(), last + 1, last + 2, new Answer.Listed(spoil(right)))),
        };
    }
}
