using System.Collections.Immutable;
using Sessions.Domain;
using Sessions.Faults.History;
using Sessions.Storage.Log;
using static Sessions.Domain.SessionEvent;

namespace Sessions.Faults.Checking;

/// <summary>Finds places in a run to spoil, and spoils them.</summary>
static class Spoiling
{
    public static RecordedEvent EventWhere(Run run, Func<SessionEvent, bool> condition) => run.Log.First(e => condition(e.Event));

    public static RecordedEvent EventAt<T>(Run run)
        where T : SessionEvent => EventWhere(run, e => e is T);

    /// <summary>The first event of a request that got this kind of answer.</summary>
    public static RecordedEvent EventOf<T>(Run run)
        where T : Answer =>
        run.Log.First(e => run.Operations.Any(o => o.Answer is T && o.TraceParent == e.Provenance.TraceParent));

    public static Run Answered<T>(Run run, Answer answer)
        where T : Answer => Changed<T>(run, told => told with { Answer = answer });

    /// <summary>Changes the first request that got this kind of answer and recorded something.</summary>
    public static Run Changed<T>(Run run, Func<Operation, Operation> change)
        where T : Answer
    {
        var trace = EventOf<T>(run).Provenance.TraceParent;
        var told = run.Operations.Single(operation => operation.TraceParent == trace);
        return run with { Operations = run.Operations.Replace(told, change(told)) };
    }

    /// <summary>Removes the first of the two events of a command.</summary>
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

    /// <summary>A session that still lives, whose client got a success answer to a cancel or fail.</summary>
    public static SessionAddress LongLived(Run run) => run.List.Select(row => row.Address).First(address => run.Operations.Any(o =>
        o.Address == address && o is { Asked: Asked.Command { What: SessionCommand.Cancel or SessionCommand.Fail }, Answer: Answer.Done }));

    public static Session.Living Living(Run run, SessionAddress address) => (Session.Living)StreamHistory.Of(run.Log)[address].Now;

    /// <summary>The two events of a transfer whose start and end are on record, of a session that still lives.</summary>
    public static RecordedEvent[] Fetched(Run run) => FetchedOf(run, lives: true);

    /// <summary>The same of a session that is gone.</summary>
    public static RecordedEvent[] FetchedOfRemoved(Run run) => FetchedOf(run, lives: false);

    static RecordedEvent[] FetchedOf(Run run, bool lives) => run.Log
        .Where(e => TransferOf(e.Event) is not null).GroupBy(e => TransferOf(e.Event)).Select(events => events.ToArray())
        .First(events => events.Length == 2
            && run.List.Any(row => row.Address == events[0].Address) == lives
            && run.Operations.Single(o => o.TraceParent == events[0].Provenance.TraceParent).Answer is Answer.Fetched);

    public static Guid? TransferOf(SessionEvent @event) => Transfers.StepOf(@event)?.TransferId;

    /// <summary>A file that was requested, of a session whose lease still runs.</summary>
    public static (SessionAddress Address, string FileName) Linked(Run run) => run.List
        .Where(row => Living(run, row.Address) is Session.Active active && active.Lease.ExpiresAt > run.TimeAtMost(LastAnswer(run) + 2))
        .SelectMany(row => Living(run, row.Address).Files.Where(file => file.Value.Prepared is not null).Select(file => (row.Address, file.Key)))
        .First();

    public static SessionAddress Unfetched(Run run) => run.List.Select(row => row.Address)
        .First(address => Living(run, address) is { IsComplete: false, Files.IsEmpty: true });

    /// <summary>A session whose client got a success answer to a delete.</summary>
    public static SessionAddress Removed(Run run) => run.Operations
        .First(o => o is { Asked: Asked.Command { What: SessionCommand.Delete }, Answer: Answer.Done }).Address!.Value;

    /// <summary>When the transfer that <see cref="Fetched"/> finds was requested.</summary>
    public static long FetchedAt(Run run) => run.Operations.Single(o => o.TraceParent == Fetched(run)[0].Provenance.TraceParent).Start;

    /// <summary>What the first look at files recorded to keep its session alive.</summary>
    public static RecordedEvent Renewed(Run run) => run.Log.First(e =>
        run.Operations.Any(o => o.IsLook && o.Answer is Answer.SeenFiles && o.TraceParent == e.Provenance.TraceParent));

    /// <summary>Turns the answer of the request that recorded this into a refusal.</summary>
    public static Run Refuse(Run run, RecordedEvent recorded)
    {
        var asked = run.Operations.Single(o => o.TraceParent == recorded.Provenance.TraceParent);
        return run with { Operations = run.Operations.Replace(asked, asked with { Answer = new Answer.Refused("NOT_FOUND") }) };
    }

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

    /// <summary>Adds a request right after a moment, or after all others.</summary>
    public static Run Ask(Run run, SessionAddress address, Asked asked, Answer answer, long? behind = null)
    {
        var last = behind ?? LastAnswer(run);
        return run with
        {
            Operations = run.Operations.Add(new Operation(
                run.Operations.Length, address.Owner, "node", asked is Asked.Create or Asked.List ? null : address.Id, asked, last + 1, last + 2, answer)),
        };
    }

    public static long LastAnswer(Run run) => run.Operations.Max(operation => operation.End);

    /// <summary>Adds a list after all other requests, correct except for what <paramref name="spoil"/> changes.</summary>
    public static Run List(Run run, SessionAddress address, Func<ImmutableHashSet<SessionId>, SessionId, ImmutableHashSet<SessionId>> spoil) =>
        Ask(run, address, new Asked.List(), new Answer.Listed(spoil(
            [.. run.List.Where(row => row.Address.Owner == address.Owner).Select(row => row.Address.Id)], address.Id)));
}
