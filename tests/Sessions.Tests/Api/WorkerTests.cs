using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Sessions.Api.Workers;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

public sealed class WorkerTests(SessionsApp app) : IClassFixture<SessionsApp>
{
    [Fact]
    public Task A_pause_that_is_longer_than_any_timer_ends_nothing() =>
        EndsInPeace(_ => Task.FromResult(TimeSpan.FromDays(1000)));

    [Fact]
    public Task A_round_that_the_end_breaks_off_is_no_failure_whatever_it_says() =>
        EndsInPeace(async cancellation =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw new InvalidOperationException("The connection was put away under my hands.");
        });

    async Task EndsInPeace(Func<CancellationToken, Task<TimeSpan>> round)
    {
        using var worker = new Worker(app.Services.GetRequiredService<DatabaseReadiness>(), round);
        await worker.StartAsync(CancellationToken.None);
        await worker.Began.WaitAsync(StoreSentences.Patience);

        await worker.StopAsync(CancellationToken.None);

        worker.ExecuteTask!.IsCompletedSuccessfully.ShouldBeTrue();
    }

    sealed class Worker(DatabaseReadiness database, Func<CancellationToken, Task<TimeSpan>> round)
        : DatabaseWorker(database, TimeProvider.System, NullLogger.Instance)
    {
        readonly TaskCompletionSource began = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Began => began.Task;

        protected override Task<TimeSpan> Round(CancellationToken cancellation)
        {
            began.TrySetResult();
            return round(cancellation);
        }
    }
}
