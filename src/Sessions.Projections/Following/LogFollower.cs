using Npgsql;
using Sessions.Storage;

namespace Sessions.Projections.Following;

/// <summary>
/// Somebody who makes something of the log, behind it: a read model, or the seals. It is called with all
/// events in the log's order, each once, by one node at a time (<see cref="ProjectionRunner"/>).
/// </summary>
public interface ILogFollower
{
    /// <summary>Its name in the table of checkpoints; never changes.</summary>
    string Name { get; }

    /// <summary>How long it lets events lie by design; behind is who lets them lie longer.</summary>
    TimeSpan Patience => TimeSpan.Zero;

    /// <summary>
    /// Writes what the next events mean, in the transaction in which the checkpoint moves: neither is ever
    /// there without the other. May be called again with the same events when that transaction failed.
    /// </summary>
    /// <param name="stretch">The next events; at least one.</param>
    /// <param name="tables">Where to write.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>How many of the events, from the first, are dealt with; the others come again.</returns>
    Task<int> Write(LogStretch stretch, ReadModelTables tables, CancellationToken cancellation);

    /// <summary>
    /// The same in two steps, of which the first needs no place to write to: a rebuild takes it for the next events while
    /// PostgreSQL is still at those before.
    /// </summary>
    /// <param name="stretch">The next events; at least one.</param>
    /// <param name="reading">Where to look up what the events do not say.</param>
    /// <param name="cancellation">Gives up.</param>
    Task<PreparedWrite> Prepare(LogStretch stretch, NpgsqlConnection reading, CancellationToken cancellation) =>
        Task.FromResult<PreparedWrite>((tables, cancellation) => Write(stretch, tables, cancellation));
}

/// <summary>The second step: writes what was made of a stretch of the log. To be taken once.</summary>
/// <param name="tables">Where to write.</param>
/// <param name="cancellation">Gives up.</param>
/// <returns>How many of the events, from the first, are dealt with.</returns>
public delegate Task<int> PreparedWrite(ReadModelTables tables, CancellationToken cancellation);

/// <summary>A stretch of the log: events that follow each other without a gap.</summary>
/// <param name="First">
/// The number of the first of them: the log's first event is 1. The log's order never changes, so neither
/// does an event's number.
/// </param>
/// <param name="Events">The events.</param>
public sealed record LogStretch(long First, IReadOnlyList<LoggedEvent> Events)
{
    /// <summary>
    /// What of it lies behind a checkpoint, which may be all. By places and not by numbers: somebody may have removed events
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

/// <summary>Where read models are written: the live tables, or those that a rebuild fills beside them.</summary>
/// <param name="Connection">The connection, within a transaction.</param>
/// <param name="Schema">The schema of the tables.</param>
public sealed record ReadModelTables(NpgsqlConnection Connection, string Schema = ReadModelTables.LiveSchema)
{
    /// <summary>The schema of the tables that queries read; the statements in the files name it.</summary>
    public const string LiveSchema = "read_models";

    /// <summary>The statement, said of these tables.</summary>
    public string Of(string statement)
    {
        ArgumentNullException.ThrowIfNull(statement);
        return Schema == LiveSchema ? statement : statement.Replace(LiveSchema + ".", Schema + ".", StringComparison.Ordinal);
    }
}
