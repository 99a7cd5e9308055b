using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Sessions.Api.Workers;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

public sealed class WorkerTests(SessionsApp app) : IClassFixture<SessionsApp>
{
    [Fact]
    public async Task A_pause_that_is_longer_than_any_timer_ends_nothing()
    {
        var clock = new SeenClock();
        using var worker = await Start(() => Task.FromResult(TimeSpan.FromDays(1000)), clock);
        await clock.TimerMade.WaitAsync(StoreSentences.Patience);

        await worker.StopAsync(CancellationToken.None);

        worker.ExecuteTask!.IsCompletedSuccessfully.ShouldBeTrue();
    }

    [Fact]
    public async Task Rounds_follow_each_other_while_there_is_more_to_do_until_the_server_stops()
    {
        var left = 1000;
        var thousand = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var worker = await Start(() =>
        {
            if (--left == 0)
                thousand.SetResult();
            return Task.FromResult(TimeSpan.Zero);
        });
        await thousand.Task.WaitAsync(StoreSentences.Patience);

        await worker.StopAsync(CancellationToken.None);

        worker.ExecuteTask!.IsCompletedSuccessfully.ShouldBeTrue();
    }

    [Fact]
    public async Task A_round_that_is_under_way_when_the_server_stops_goes_on_to_its_end()
    {
        var end = new TaskCompletionSource<TimeSpan>();
        using var worker = await Start(() => end.Task);

        var stopped = worker.StopAsync(CancellationToken.None);

        stopped.IsCompleted.ShouldBeFalse();
        end.SetResult(TimeSpan.Zero);
        await stopped.WaitAsync(StoreSentences.Patience);
        worker.ExecuteTask!.IsCompletedSuccessfully.ShouldBeTrue();
    }

    [Fact]
    public async Task A_round_that_fails_while_the_server_stops_is_no_failure_whatever_it_says()
    {
        var end = new TaskCompletionSource<TimeSpan>();
        using var worker = await Start(() => end.Task);

        var stopped = worker.StopAsync(CancellationToken.None);
        end.SetException(new InvalidOperationException("The connection was put away under my hands."));

        await stopped.WaitAsync(StoreSentences.Patience);
        worker.ExecuteTask!.IsCompletedSuccessfully.ShouldBeTrue();
    }

    async Task<Worker> Start(Func<Task<TimeSpan>> round, TimeProvider? clock = null)
    {
        var worker = new Worker(app.Services.GetRequiredService<DatabaseReadiness>(), round, clock ?? TimeProvider.System);
        await worker.StartAsync(CancellationToken.None);
        await worker.Began.WaitAsync(StoreSentences.Patience);
        return worker;
    }

    /// <summary>A clock that signals when a caller begins to wait on it.</summary>
    sealed class SeenClock : TimeProvider
    {
        readonly TaskCompletionSource made = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task TimerMade => made.Task;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            made.TrySetResult();
            return timer;
        }
    }

    sealed class Worker(DatabaseReadiness database, Func<Task<TimeSpan>> round, TimeProvider clock)
        : DatabaseWorker(database, clock, NullLogger.Instance)
    {
        readonly TaskCompletionSource began = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Began => began.Task;

        protected override Task<TimeSpan> Round()
        {
            began.TrySetResult();
            return round();
        }
    }
}
