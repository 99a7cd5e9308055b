using Npgsql;

namespace Sessions.Projections.Following;

/// <summary>
/// Derives something from the log after it is written: a read model, or the seals. <see cref="ProjectionRunner"/> passes
/// it all events in the log's order, each once, on one node at a time.
/// </summary>
public interface ILogFollower
{
    /// <summary>Its name in the table of checkpoints; never changes.</summary>
    string Name { get; }

    /// <summary>How long it leaves events unprocessed by design. Beyond that it counts as behind.</summary>
    TimeSpan Patience => TimeSpan.Zero;

    /// <summary>How many events are worth a call while its patience lasts. Fewer are read later, together with the next.</summary>
    int Portion => 1;

    /// <summary>
    /// Writes what the next events mean, in the transaction that moves the checkpoint: both commit, or neither.
    /// If that transaction fails, it is called again with the same events.
    /// </summary>
    /// <param name="stretch">The next events; at least one.</param>
    /// <param name="tables">Where to write.</param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <returns>How many of the events, from the first, it has processed; it gets the others again.</returns>
    Task<int> Write(LogStretch stretch, ReadModelTables tables, CancellationToken cancellation);

    /// <summary>
    /// The same in two steps. The first writes nothing, so a rebuild can prepare the next events while PostgreSQL still
    /// writes the previous ones.
    /// </summary>
    /// <param name="stretch">The next events; at least one.</param>
    /// <param name="reading">The connection for looking up what the events do not say.</param>
    /// <param name="cancellation">Cancels the call.</param>
    Task<PreparedWrite> Prepare(LogStretch stretch, NpgsqlConnection reading, CancellationToken cancellation) =>
        Task.FromResult<PreparedWrite>((tables, cancellation) => Write(stretch, tables, cancellation));
}
