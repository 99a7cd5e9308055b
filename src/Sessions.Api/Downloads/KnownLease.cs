namespace Sessions.Api.Downloads;

/// <summary>
/// The lease of a session as a transfer knows it. While the database cannot be asked, its time is
/// counted on from when it was last heard; the node's own clock may be wrong.
/// </summary>
internal sealed class KnownLease(DateTimeOffset expiresAt, DateTimeOffset readAt, long askedAt, TimeProvider clock)
{
    /// <summary>When it ends, by the newest word of it.</summary>
    public DateTimeOffset ExpiresAt { get; set; } = expiresAt;

    public bool HasRunOut => Left <= TimeSpan.Zero;

    /// <summary>How long it still runs.</summary>
    public TimeSpan Left => ExpiresAt - readAt - clock.GetElapsedTime(askedAt);
}
