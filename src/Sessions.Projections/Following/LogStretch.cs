using Sessions.Storage.Log;

namespace Sessions.Projections.Following;

/// <summary>A stretch of the log: events that follow each other without a gap.</summary>
/// <param name="First">
/// The number of the first of them: the log's first event is 1. The log's order never changes, so neither
/// does an event's number.
/// </param>
/// <param name="Events">The events.</param>
public sealed record LogStretch(long First, IReadOnlyList<LoggedEvent> Events)
{
    /// <summary>
    /// What of it lies after a checkpoint, which may be all. By places and not by numbers: somebody may have removed events
    /// that one follower has met and another has not.
    /// </summary>
    public LogStretch After(Checkpoint reached)
    {
        ArgumentNullException.ThrowIfNull(reached);
        return new LogStretch(
            reached.Events + 1,
            Events is [var first, ..] && first.Position <= reached.Position ? [.. Events.SkipWhile(one => one.Position <= reached.Position)] : Events);
    }
}
