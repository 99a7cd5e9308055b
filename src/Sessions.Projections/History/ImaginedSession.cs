using Sessions.Domain;
using Sessions.Projections.Verification;
using Sessions.Storage.Log;

namespace Sessions.Projections.History;

/// <summary>
/// One session twice: as it was, and as it would have been under another policy. The second gets the same
/// commands at the same times, including the schedule's.
/// </summary>
sealed class ImaginedSession(SessionAddress address, LeasePolicy policy)
{
    readonly List<RecordedEvent> together = [];
    readonly StreamReplay replay = new();
    Session imagined = Session.Initial;

    public SessionAddress Address { get; } = address;

    public SessionEnds Was { get; private set; } = SessionEnds.None;

    public SessionEnds WouldBe { get; private set; } = SessionEnds.None;

    /// <summary>How many commands were carried out that would have been refused.</summary>
    public int Refused { get; private set; }

    /// <summary>Whether the session was deleted.</summary>
    public bool IsOver => replay.Session is Session.Deleted;

    /// <summary>Adds the session's next event; returns why the session can no longer be followed, usually null.</summary>
    public string? Take(LoggedEvent next)
    {
        replay.Add(next);
        if (replay.Damage is { } damage)
            return damage;
        if (together.Count > 0 && together[0].CommandId != next.CommandId)
            Repeat();
        try
        {
            together.Add(next.Recorded);
        }
        catch (UnreadableEventException unreadable)
        {
            return $"version {next.Version} cannot be read: {unreadable.Why}";
        }

        Was = Was.After(replay.Session);
        return null;
    }

    /// <summary>To be called after the last event: lets the schedule work until this time.</summary>
    public void Close(DateTimeOffset until)
    {
        if (together.Count > 0)
            Repeat();
        PassTime(until, TimeSpan.Zero);
    }

    /// <summary>Decides again the command that caused the collected events.</summary>
    void Repeat()
    {
        var command = RecordedCommand.OfOne(together);
        together.Clear();
        // A recorded purge shows that the schedule ran at that time: a removal due by then would not be late.
        PassTime(command.At, command.Command is SessionCommand.Purge ? TimeSpan.Zero : WhatIf.LatenessMax);
        Decide(command.Command, command.At, command.Actor, command.MayReadStorage);
    }

    /// <summary>
    /// Does what the schedule does by this time. An expiry is never late, since every command that finds a lapsed
    /// lease expires it first. A removal may be late, and a command carried out meanwhile shows that it was.
    /// </summary>
    void PassTime(DateTimeOffset until, TimeSpan lateness)
    {
        while (DueMessage.Of(imagined, policy) is { } due
            && due.At + (due.Kind == DueKind.Purge ? lateness : TimeSpan.Zero) <= until)
        {
            Decide(DueMessage.CommandOf(due.Kind), due.At, null, false);
        }
    }

    void Decide(SessionCommand command, DateTimeOffset at, string? actor, bool mayReadStorage)
    {
        var context = new DecisionContext(at, policy, Address.Owner, actor, mayReadStorage);
        switch (SessionDecider.Decide(imagined, command, context))
        {
            case Decision.Accepted accepted:
                foreach (var happened in accepted.Events)
                {
                    imagined = Session.Evolve(imagined, happened);
                    WouldBe = WouldBe.After(imagined);
                }

                break;
            case Decision.Refused:
                Refused++;
                break;
        }
    }
}
