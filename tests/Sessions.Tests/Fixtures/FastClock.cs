namespace Sessions.Tests.Fixtures;

/// <summary>A node's clock that runs a hundred times as fast, so that its timeouts are short.</summary>
sealed class FastClock : TimeProvider
{
    const int Speed = 100;

    public override long GetTimestamp() => base.GetTimestamp() * Speed;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime == Timeout.InfiniteTimeSpan ? dueTime : dueTime / Speed, period);
}
