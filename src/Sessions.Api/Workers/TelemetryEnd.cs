using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Sessions.Api.Workers;

/// <summary>
/// Sends what is left of traces and metrics when the server has stopped. Sending blocks, and a stop may go on
/// on the one thread that hears of answers: left to the end of the process, it would wait for itself.
/// Both are found at the start, for at the end the container may be gone.
/// </summary>
internal sealed class TelemetryEnd : IHostedLifecycleService
{
    /// <summary>A collector that is silent must not keep the server from its end.</summary>
    const int PatienceMilliseconds = 2000;

    /// <summary>
    /// Begun once, awaited by all who stop the server: the first of them to go on may put the container away,
    /// and what sends with it.
    /// </summary>
    readonly Lazy<Task> sending;

    public TelemetryEnd(IServiceProvider services)
    {
        var traces = services.GetService<TracerProvider>();
        var metrics = services.GetService<MeterProvider>();
        sending = new(() => Task.WhenAll(
            Task.Run(() => traces?.Shutdown(PatienceMilliseconds)),
            Task.Run(() => metrics?.Shutdown(PatienceMilliseconds))));
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => sending.Value;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
