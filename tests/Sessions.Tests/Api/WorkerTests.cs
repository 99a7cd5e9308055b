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
        using var worker = new Sleeper(app.Services.GetRequiredService<DatabaseReadiness>());
        await worker.StartAsync(CancellationToken.None);
        await worker.Began.WaitAsync(StoreSentences.Patience);

        await worker.StopAsync(CancellationToken.None);

        worker.ExecuteTask!.IsCompletedSuccessfully.ShouldBeTrue();
    }

    sealed class Sleeper(DatabaseReadiness database) : DatabaseWorker(database, TimeProvider.System, NullLogger.Instance)
    {
        readonly TaskCompletionSource began = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Began => began.Task;

        protected override Task<TimeSpan> Round(CancellationToken cancellation)
        {
            began.TrySetResult();
            return Task.FromResult(TimeSpan.FromDays(1000));
        }
    }
}
