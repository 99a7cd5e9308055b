namespace Sessions.Tests.Fixtures;

/// <summary>A node's clock that stands until a test moves it: no timeout ends by itself. Its timers run.</summary>
sealed class StandingClock : TimeProvider
{
    long ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref ticks);

    public void Advance(TimeSpan by) => Interlocked.Add(ref ticks, by.Ticks);
}
