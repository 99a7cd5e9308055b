namespace Sessions.Storage.Streams;

/// <summary>The result of loading streams.</summary>
/// <param name="Streams">In the order of the request; null where there is none, or its snapshot cannot be used.</param>
/// <param name="Outdated">The indexes of the latter: those streams must be folded from their events.</param>
/// <param name="Now">The database's time, taken after all of them.</param>
sealed record LoadedStreams(StreamChange?[] Streams, IReadOnlyList<int> Outdated, DateTimeOffset Now);
