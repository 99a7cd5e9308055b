using System.Collections.Immutable;
using Sessions.Domain;
using Sessions.Faults.History;
using static Sessions.Domain.SessionEvent;
using static Sessions.Faults.Checking.Spoiling;

namespace Sessions.Faults.Checking;

/// <summary>Spoils runs by answers that come too early, and by sessions that live at the same time.</summary>
static class Untimely
{
    /// <summary>Refuses a link right after the answer that made it, before any <typeparamref name="TEnd"/>.</summary>
    public static Run RefusedTooEarly<TEnd>(Run run)
        where TEnd : SessionEvent
    {
        var streams = StreamHistory.Of(run.Log);
        var prepared = run.Operations.First(o =>
            o is { Asked: Asked.Command { What: SessionCommand.PrepareFile }, Answer: Answer.Done }
            && streams[o.Address!.Value] is var stream && stream.CountAt(run.TimeAtMost(o.End + 2)) is var count
            && stream.Events[count..].Any(later => later.Event is TEnd)
            && stream.States[1..(count + 1)].All(state => state is Session.Active active && active.Lease.ExpiresAt > run.TimeAtMost(o.End + 2)));
        var fileName = ((SessionCommand.PrepareFile)((Asked.Command)prepared.Asked).What).FileName;
        return Ask(
            run, prepared.Address!.Value, new Asked.Fetch(fileName, "", new Uri("http://node/")), new Answer.Refused("NOT_FOUND"), prepared.End);
    }

    /// <summary>Reports a session as gone, after all requests about it but before its removal.</summary>
    public static Run GoneTooEarly(Run run)
    {
        var (address, last) = (
            from stream in StreamHistory.Of(run.Log).Values
            where stream.Now is Session.Deleted
            let asked = run.Operations.Where(o => o.Address == stream.Address).Max(o => o.End)
            where stream.States[stream.CountAt(run.TimeAtMost(asked + 2))] is Session.Living
            select (stream.Address, asked)).First();
        return Ask(run, address, new Asked.Get(), new Answer.Refused("NOT_FOUND"), last);
    }

    /// <summary>Takes a session out of the last list that has it, though it is removed only later.</summary>
    public static Run LacksOneRemovedLater(Run run)
    {
        var streams = StreamHistory.Of(run.Log);
        var (list, ids) = (
            from operation in run.Operations
            let listed = operation.Answer as Answer.Listed
            where listed is not null
            from id in listed.Ids
            let address = new SessionAddress(id, operation.Caller)
            where streams[address].Now is Session.Deleted && streams[address].ThereUntil > run.TimeAtMost(operation.End)
                && run.Operations.Any(o => o.Address == address && o.Answer is Answer.Created && o.End < operation.Start)
                && !run.Operations.Any(o => o.Start > operation.End && (o.Address == address || (o.Answer as Answer.Listed)?.Ids.Contains(id) == true))
            select (operation, listed.Ids.Remove(id))).First();
        return run with { Operations = run.Operations.Replace(list, list with { Answer = new Answer.Listed(ids) }) };
    }

    /// <summary>Refuses a creation because of a session with its token that had not been created yet.</summary>
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

    /// <summary>Removed sessions of one owner, in pairs of which one was used between two uses of the other.</summary>
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

    /// <summary>A removed session, and one created before that removal, but after all requests about the first.</summary>
    public static SessionAddress[] ApartForClients(Run run)
    {
        var asked = run.Operations.Where(o => o.Address is not null).ToLookup(o => o.Address!.Value);
        return
        [
            .. (from old in StreamHistory.Of(run.Log).Values
                where old.Now is Session.Deleted
                from young in run.Operations
                where young is { Asked: Asked.Create { Token: null }, Answer: Answer.Created } && young.Caller == old.Address.Owner
                    && asked[old.Address].Any() && asked[old.Address].Max(o => o.End) < young.Start
                    && run.TimeAtMost(young.End) < old.ThereUntil
                select new[] { old.Address, young.Address!.Value }).First(),
        ];
    }

    public static readonly Guid OneToken = new(1, 1, 1, new byte[8]);

    /// <summary>Gives the first two of these sessions the same token.</summary>
    public static Run WithOneToken(Run run, SessionAddress[] sessions) => run with
    {
        Log = [.. run.Log.Select(recorded => sessions.Take(2).Contains(recorded.Address) && recorded.Event is SessionCreated created
            ? recorded with { Event = created with { ClientToken = OneToken } }
            : recorded)],
    };
}
