using Sessions.Domain;
using Sessions.Projections.Verification;
using Sessions.Storage.Log;

namespace Sessions.Projections.History;

/// <summary>What a session was at a moment, folded event by event: however many there are, none is kept.</summary>
public sealed class PastState(Moment moment)
{
    readonly StreamReplay replay = new();
    int? next;

    /// <summary>What it was, by the events so far.</summary>
    public Session Session => replay.Session;

    /// <summary>The version of the last of them that had happened by then.</summary>
    public int Version => replay.Version;

    /// <summary>The version of the last that was added.</summary>
    public int Newest { get; private set; }

    /// <summary>Whether the session has come to this moment: every time is one, a version only if it has so many events.</summary>
    public bool IsReached => moment is not Moment.Version { Number: var number } || number <= Newest;

    /// <summary>
    /// What is wrong with the events that led here, or null: one is missing, or cannot be read, and then nobody can
    /// tell what the session really was. What is wrong after the moment does no harm.
    /// </summary>
    public string? Fault =>
        Newest == 0 ? "the log has no event of it any more"
        : replay.Damage ?? (LacksNext ? $"version {Version + 1} is missing" : null);

    /// <summary>Of a time nobody can tell whether an event that is missing had happened by then.</summary>
    bool LacksNext => next > Version + 1 && (moment is not Moment.Version { Number: var number } || Version < number);

    /// <summary>Takes the session's next event.</summary>
    public void Add(LoggedEvent logged)
    {
        ArgumentNullException.ThrowIfNull(logged);
        Newest = logged.Version;
        if (next is null && !moment.Has(logged))
            next = logged.Version;
        if (next is null)
            replay.Add(logged);
    }
}
