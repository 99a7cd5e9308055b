using Sessions.Domain;
using Sessions.Storage.Log;
using static Sessions.Domain.SessionEvent;

namespace Sessions.Projections.History;

/// <summary>Which sessions are looked at.</summary>
/// <param name="From">Created at this time or later; null for all.</param>
/// <param name="To">Created before this time; null for all.</param>
/// <param name="Owner">Of this user; null for all.</param>
public sealed record WhatIfScope(DateTimeOffset? From = null, DateTimeOffset? To = null, string? Owner = null)
{
    static readonly string Created = EventJson.Types[typeof(SessionCreated)].Name;

    internal bool Holds(LoggedEvent first) =>
        first.Type == Created
        && (From is null || first.KnownAt >= From)
        && (To is null || first.KnownAt < To)
        && (Owner is null || first.Address.Owner == Owner);
}

/// <summary>A session that would have ended differently.</summary>
/// <param name="Address">Which.</param>
/// <param name="Was">How it ended.</param>
/// <param name="WouldBe">How it would have ended.</param>
/// <param name="Refused">How many commands were carried out that would have been refused.</param>
public sealed record WhatIfDifference(SessionAddress Address, SessionEnds Was, SessionEnds WouldBe, int Refused);

/// <summary>
/// What would have become of recorded sessions under another policy: the production rules once more, over the
/// commands and the activity in the log. It keeps the sessions that are alive in memory, not the log.
/// </summary>
/// <param name="policy">The other policy.</param>
/// <param name="scope">Which sessions are looked at.</param>
public sealed class WhatIf(LeasePolicy policy, WhatIfScope scope)
{
    /// <summary>
    /// How late a removal may be and still count as the same. The schedule is late by a second or so, unless no
    /// server ran.
    /// </summary>
    public static readonly TimeSpan LatenessMax = TimeSpan.FromMinutes(1);

    readonly Dictionary<SessionAddress, ImaginedSession> sessions = [];
    DateTimeOffset last;

    /// <summary>How many sessions were looked at.</summary>
    public int Count { get; private set; }

    /// <summary>Takes the log's next event; returns its session's difference, if that is final and there is one.</summary>
    /// <param name="next">The event.</param>
    /// <param name="damage">Why its session is dropped: an event is missing or unreadable. Usually null.</param>
    public WhatIfDifference? Take(LoggedEvent next, out string? damage)
    {
        ArgumentNullException.ThrowIfNull(next);
        damage = null;
        last = next.KnownAt > last ? next.KnownAt.Value : last;
        if (!sessions.TryGetValue(next.Address, out var session))
        {
            if (!scope.Holds(next))
                return null;
            sessions.Add(next.Address, session = new ImaginedSession(next.Address, policy));
            Count++;
        }

        damage = session.Take(next);
        if (damage is not null)
        {
            sessions.Remove(next.Address);
            Count--;
            return null;
        }

        if (!session.IsOver)
            return null;
        // No more commands come, so what the schedule would have done is known to the end.
        session.Close(DateTimeOffset.MaxValue);
        sessions.Remove(next.Address);
        return DifferenceOf(session);
    }

    /// <summary>The differences of the sessions still alive. To be called once, after the log's last event.</summary>
    public IEnumerable<WhatIfDifference> End()
    {
        foreach (var session in sessions.Values)
        {
            // What came due just before the end may not have been recorded yet.
            session.Close(last - LatenessMax);
            if (DifferenceOf(session) is { } difference)
                yield return difference;
        }

        sessions.Clear();
    }

    static WhatIfDifference? DifferenceOf(ImaginedSession session) =>
        session.WouldBe.IsSame(session.Was, LatenessMax) && session.Refused == 0
            ? null
            : new WhatIfDifference(session.Address, session.Was, session.WouldBe, session.Refused);
}
