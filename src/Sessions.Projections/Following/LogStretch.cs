using Sessions.Storage.Log;

namespace Sessions.Projections.Following;

/// <summary>A stretch of the log: events that follow each other without a gap.</summary>
/// <param name="First">
/// The number of the stretch's first event; the log's first event has number 1. The log's order never changes, so
/// neither does an event's number.
/// </param>
/// <param name="Events">The events.</param>
public sealed record LogStretch(long First, IReadOnlyList<LoggedEvent> Events)
{
    /// <summary>
    /// The events after a checkpoint, possibly all. They are compared by position and not by number: someone may have
    /// removed events that one follower has processed and another has not.
    /// </summary>
    public LogStretch After(Checkpoint reached)
    {
        ArgumentNullException.ThrowIfNull(reached);
        return new LogStretch(
            reached.Events + 1,
            Events is [var first, ..] && first.Position <= reached.Position ? [.. Events.SkipWhile(one => one.Position <= reached.Position)] : Events);
    }
}
