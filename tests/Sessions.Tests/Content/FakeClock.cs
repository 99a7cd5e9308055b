namespace Sessions.Tests.Content;

/// <summary>A clock that a test advances, and that signals when someone begins to wait on it.</summary>
sealed class FakeClock : TimeProvider
{
    readonly Lock guard = new();
    readonly List<FakeTimer> timers = [];
    readonly List<(TimeSpan Wait, TaskCompletionSource Signal)> awaited = [];
    DateTimeOffset now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => now.Ticks;

    /// <summary>Completes when a timer is next set to this wait.</summary>
    public Task NextWait(TimeSpan wait)
    {
        var signal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (guard)
            awaited.Add((wait, signal));
        return signal.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    /// <summary>Advances the clock and first fires the timers that become due, in order of time.</summary>
    public void Advance(TimeSpan by)
    {
        var end = now + by;
        while (NextDue(end) is { } timer)
            timer.Fire();
        now = end;
    }

    public override ITimer CreateTimer(
        TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        period.ShouldBe(Timeout.InfiniteTimeSpan, "periods are not supported");
        var timer = new FakeTimer(this, () => callback(state));
        // The timer is added before it signals, so that a test that gets the signal can fire it.
        lock (guard)
            timers.Add(timer);
        timer.Change(dueTime, period);
        return timer;
    }

    FakeTimer? NextDue(DateTimeOffset end)
    {
        lock (guard)
        {
            var timer = timers.Where(timer => timer.DueAt <= end).MinBy(timer => timer.DueAt);
            if (timer is null)
                return null;

            now = timer.DueAt!.Value;
            timer.DueAt = null;
            return timer;
        }
    }

    sealed class FakeTimer(FakeClock clock, Action fire) : ITimer
    {
        public DateTimeOffset? DueAt { get; set; }

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock.guard)
            {
                DueAt = dueTime == Timeout.InfiniteTimeSpan ? null : clock.now + dueTime;
                foreach (var (_, signal) in clock.awaited.FindAll(waiter => waiter.Wait == dueTime))
                    signal.TrySetResult();
                clock.awaited.RemoveAll(waiter => waiter.Wait == dueTime);
                return true;
            }
        }

        public void Dispose()
        {
            lock (clock.guard)
                clock.timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
