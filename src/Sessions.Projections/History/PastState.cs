using Sessions.Domain;
using Sessions.Storage;

namespace Sessions.Projections.History;

/// <summary>What a session was at a moment, folded event by event: however many there are, none is kept.</summary>
public sealed class PastState(Moment moment)
{
    bool isOver;

    /// <summary>What it was, by the events so far.</summary>
    public Session Session { get; private set; } = Session.Initial;

    /// <summary>How many of them had happened by then.</summary>
    public int Version { get; private set; }

    /// <summary>How many have been added.</summary>
    public int Events { get; private set; }

    /// <summary>Whether the session has come to this moment: every time is one, a version only if it has so many events.</summary>
    public bool IsReached => moment is not Moment.Version { Number: var number } || number <= Events;

    /// <summary>Takes the session's next event.</summary>
    public void Add(RecordedEvent recorded)
    {
        ArgumentNullException.ThrowIfNull(recorded);
        Events++;
        isOver |= !moment.Has(recorded, Version);
        if (isOver)
            return;
        Session = Session.Evolve(Session, recorded.Event);
        Version++;
    }
}
