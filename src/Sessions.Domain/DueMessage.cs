namespace Sessions.Domain;

/// <summary>The next thing to do with a session if nobody does anything with it.</summary>
/// <param name="Kind">What.</param>
/// <param name="At">When; never earlier.</param>
public readonly record struct DueMessage(DueKind Kind, DateTimeOffset At)
{
    /// <summary>
    /// What a session in this state waits for: an active one for its lease's end, an ended one for
    /// its retention's. One that does not exist, or not any more, waits for nothing.
    /// </summary>
    public static DueMessage? Of(Session session, LeasePolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return session switch
        {
            Session.Active s => new DueMessage(DueKind.Expire, s.Lease.ExpiresAt),
            Session.Ended s => new DueMessage(DueKind.Purge, s.At + policy.Retention),
            _ => null,
        };
    }

    /// <summary>What is asked of the session when it is due.</summary>
    public static SessionCommand CommandOf(DueKind kind) =>
        kind == DueKind.Expire ? new SessionCommand.Expire() : new SessionCommand.Purge();
}

/// <summary>The kinds of due message.</summary>
public enum DueKind
{
    /// <summary>Look whether the lease has run out.</summary>
    Expire,

    /// <summary>Look whether the retention has run out.</summary>
    Purge,
}
