namespace Sessions.Projections.Following;

/// <summary>The second step of a follower's write: writes what the first step prepared. To be called once.</summary>
/// <param name="tables">Where to write.</param>
/// <param name="cancellation">Cancels the call.</param>
/// <returns>How many of the events, from the first, are processed.</returns>
public delegate Task<int> PreparedWrite(ReadModelTables tables, CancellationToken cancellation);
