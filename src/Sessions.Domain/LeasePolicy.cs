namespace Sessions.Domain;

/// <summary>How long sessions live. Each node has one, from configuration <c>Lease:*</c>.</summary>
public sealed record LeasePolicy
{
    /// <summary>How long a session lives after its last activity.</summary>
    /// <value>Five minutes, the content library's own default.</value>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How far ahead the lease is written when activity that the server sees itself renews it, so that a stream of bytes
    /// costs one event in this time and not one every moment.
    /// </summary>
    /// <value>30 seconds.</value>
    public TimeSpan RenewalSlack { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The same for explicit keep-alives, for clients that send one a second. Zero: each is written.
    /// </summary>
    /// <value>Zero.</value>
    public TimeSpan KeepAliveSlack { get; init; } = TimeSpan.Zero;

    /// <summary>How long a canceled, failed or expired session stays visible before it is deleted.</summary>
    /// <value>15 minutes.</value>
    public TimeSpan Retention { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>The longest that any session may live, however active; null for no limit.</summary>
    public TimeSpan? MaxLifetime { get; init; }

    /// <summary>How many sessions one user may have at a time, in whatever state; null for no limit.</summary>
    public int? MaxSessionsPerUser { get; init; }

    /// <summary>When the lease of a session created now ends.</summary>
    public DateTimeOffset FirstLease(DateTimeOffset now) => Cap(now + IdleTimeout, createdAt: now);

    /// <summary>
    /// When the lease ends after activity at <paramref name="now"/>, or null when the recorded end already covers it.
    /// With slack, the end is written that much further ahead, and then not again until less than the idle timeout is
    /// left. Without slack, the end always moves on; if more than the idle timeout is left, it moves to that timeout and
    /// <see cref="RenewalSlack"/> from now. It never moves back.
    /// </summary>
    public DateTimeOffset? Renew(SessionLease lease, DateTimeOffset now, TimeSpan slack)
    {
        ArgumentNullException.ThrowIfNull(lease);
        if (slack > TimeSpan.Zero && Cap(now + IdleTimeout, lease.CreatedAt) <= lease.ExpiresAt)
            return null;

        var ahead = slack == TimeSpan.Zero && now + IdleTimeout < lease.ExpiresAt ? RenewalSlack : slack;
        var renewed = Cap(now + IdleTimeout + ahead, lease.CreatedAt);
        return renewed > lease.ExpiresAt ? renewed : lease.ExpiresAt;
    }

    DateTimeOffset Cap(DateTimeOffset end, DateTimeOffset createdAt) =>
        MaxLifetime is { } limit && end > createdAt + limit ? createdAt + limit : end;
}
