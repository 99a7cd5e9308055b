using Npgsql;

namespace Sessions.Projections.Following;

/// <summary>
/// Somebody who makes something of the log, later than it is written: a read model, or the seals. It is called with all
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
