using Sessions.Domain;
using Sessions.Projections.Verification;
using Sessions.Storage.Log;

namespace Sessions.Projections.History;

/// <summary>A session's state at a moment, folded event by event without keeping the events.</summary>
public sealed class PastState(Moment moment)
{
    readonly StreamReplay replay = new();
    int? next;

    /// <summary>The state, by the events so far.</summary>
    public Session Session => replay.Session;

    /// <summary>The version of the last event that had happened by then.</summary>
    public int Version => replay.Version;

    /// <summary>The version of the last event that was added.</summary>
    public int Newest { get; private set; }

    /// <summary>Whether the session has reached the moment: true for every time, and for a version that it has.</summary>
    public bool IsReached => moment is not Moment.Version { Number: var number } || number <= Newest;

    /// <summary>
    /// What is wrong with the events up to the moment, or null: if one is missing or unreadable, what the session
    /// really was is unknown. Faults after the moment do no harm.
    /// </summary>
    public string? Fault =>
        Newest == 0 ? "the log has no event of it any more"
        : replay.Damage ?? (LacksNext ? $"version {Version + 1} is missing" : null);

    /// <summary>For a time, it is unknown whether a missing event had happened by then.</summary>
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
