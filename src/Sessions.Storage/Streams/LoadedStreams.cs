namespace Sessions.Storage.Streams;

/// <summary>What there is of the streams that were asked for.</summary>
/// <param name="Streams">In the order of asking; null where there is none, or its snapshot cannot be used.</param>
/// <param name="Outdated">The places of the latter: those streams must be folded from their events.</param>
/// <param name="Now">The database's time, taken after all of them.</param>
sealed record LoadedStreams(StreamChange?[] Streams, IReadOnlyList<int> Outdated, DateTimeOffset Now);
