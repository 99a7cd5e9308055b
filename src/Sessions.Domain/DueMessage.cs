namespace Sessions.Domain;

/// <summary>The next thing that the schedule does with a session, unless a command changes the session first.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="At">When to do it; never earlier.</param>
public readonly record struct DueMessage(DueKind Kind, DateTimeOffset At)
{
    /// <summary>
    /// What a session in this state waits for: an active one for the end of its lease, an ended one for the end of its
    /// retention. One that does not exist, or not any more, waits for nothing.
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

    /// <summary>The command that the session gets when the message is due.</summary>
    public static SessionCommand CommandOf(DueKind kind) =>
        kind == DueKind.Expire ? new SessionCommand.Expire() : new SessionCommand.Purge();
}

/// <summary>The kinds of due message.</summary>
public enum DueKind
{
    /// <summary>Expire the session if its lease has run out.</summary>
    Expire,

    /// <summary>Remove the session if its retention has run out.</summary>
    Purge,
}
