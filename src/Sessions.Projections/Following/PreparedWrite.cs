namespace Sessions.Projections.Following;

/// <summary>The second step: writes what was made of a stretch of the log. To be taken once.</summary>
/// <param name="tables">Where to write.</param>
/// <param name="cancellation">Gives up.</param>
/// <returns>How many of the events, from the first, are dealt with.</returns>
public delegate Task<int> PreparedWrite(ReadModelTables tables, CancellationToken cancellation);
