using Sessions.Domain;

namespace Sessions.Projections.History;

/// <summary>How and when a session's activity or life ended.</summary>
/// <param name="How">As <see cref="SessionState"/> calls it: canceled, failed, expired or deleted.</param>
/// <param name="Reason">Why it expired or was deleted, else null.</param>
/// <param name="At">When; for a lease that ran out, the lease's end, however late that was recorded.</param>
public sealed record SessionEnd(string How, string? Reason, DateTimeOffset At)
{
    /// <summary>Whether both ended in the same way.</summary>
    public bool IsLike(SessionEnd? other) => other is not null && (How, Reason) == (other.How, other.Reason);
}

/// <summary>Both ends of a session: of its activity, and of its life.</summary>
/// <param name="Activity">How it stopped being usable; null while it is.</param>
/// <param name="Life">How it was removed; null while it is there.</param>
public sealed record SessionEnds(SessionEnd? Activity, SessionEnd? Life)
{
    /// <summary>Of a session that has not ended.</summary>
    public static SessionEnds None { get; } = new(Activity: null, Life: null);

    /// <summary>The ends after one more event.</summary>
    public SessionEnds After(Session session) => session switch
    {
        Session.Ended s when Activity is null => this with { Activity = EndOf(s, LeaseEndOf(s)) },
        Session.Deleted s when Life is null => new SessionEnds(Activity ?? EndOf(s, s.At), EndOf(s, s.At)),
        _ => this,
    };

    /// <summary>
    /// Whether both are the same. A removal may be this much earlier or later, since the schedule is not
    /// punctual.
    /// </summary>
    public bool IsSame(SessionEnds other, TimeSpan lateness)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Activity == other.Activity
            && (Life?.IsLike(other.Life) ?? other.Life is null)
            && (Life is null || (Life.At - other.Life!.At).Duration() <= lateness);
    }

    static SessionEnd EndOf(Session session, DateTimeOffset at)
    {
        var state = SessionState.Of(session);
        return new SessionEnd(state.State, state.Reason, at);
    }

    static DateTimeOffset LeaseEndOf(Session.Ended session) =>
        session.Ending is SessionEnding.Expired ? session.Lease.ExpiresAt : session.At;
}
