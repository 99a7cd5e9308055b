using Sessions.Domain;

namespace Sessions.Storage.Streams;

/// <summary>A session as its row has it.</summary>
/// <param name="Session">Its state.</param>
/// <param name="Version">How many events led to it.</param>
/// <param name="ReadAt">The database's time right after it was read.</param>
public readonly record struct LoadedSession(Session Session, int Version, DateTimeOffset ReadAt)
{
    /// <summary>The session if it is active and its lease runs, else null.</summary>
    public Session.Active? Running => Session is Session.Active active && active.Lease.ExpiresAt > ReadAt ? active : null;

    /// <summary>The result where there is no session.</summary>
    public static LoadedSession None { get; } = new(Session.Initial, Version: 0, default);
}
