namespace Sessions.Domain;

/// <summary>What does not change about a session from its first event to its last.</summary>
/// <param name="Owner">The user who created it.</param>
/// <param name="Item">The pinned item.</param>
/// <param name="ClientToken">The creator's idempotency token.</param>
/// <param name="MayReadStorage">Whether the owner was allowed to read the storage itself when creating the session.</param>
public sealed record SessionOrigin(string Owner, PinnedItem Item, Guid? ClientToken = null, bool MayReadStorage = false);

/// <summary>A session's times. <see cref="ExpiresAt"/> is a promise and never moves back.</summary>
public sealed record SessionLease(DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, DateTimeOffset LastActiveAt);

/// <summary>What has happened to one file of a session.</summary>
/// <param name="Fetched">The bytes that have left.</param>
/// <param name="Prepared">The kind of link that was asked for, or null if none was.</param>
public sealed record FileActivity(ByteRanges Fetched, EndpointType? Prepared = null)
{
    /// <summary>Never asked for.</summary>
    public static FileActivity None { get; } = new(ByteRanges.None);
}
