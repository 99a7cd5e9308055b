namespace Sessions.Api.Downloads;

/// <summary>
/// The lease of a session as a transfer knows it. Its time left is reckoned from the database's time at the load plus the
/// time elapsed since, even while the database is away: the node's own clock may be wrong.
/// </summary>
internal sealed class KnownLease(DateTimeOffset expiresAt, DateTimeOffset readAt, long askedAt, TimeProvider clock)
{
    /// <summary>When it ends, by the newest report.</summary>
    public DateTimeOffset ExpiresAt { get; set; } = expiresAt;

    public bool HasRunOut => Left <= TimeSpan.Zero;

    /// <summary>How long it still runs.</summary>
    public TimeSpan Left => ExpiresAt - readAt - clock.GetElapsedTime(askedAt);
}
