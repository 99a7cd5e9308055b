using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Sessions.Api.Workers;

/// <summary>
/// Sends what is left of traces and metrics when the server has stopped. Sending blocks, and a stop may go on
/// on the one thread that hears of answers: left to the end of the process, it would wait for itself.
/// Both are found at the start, for at the end the container may be gone.
/// </summary>
internal sealed class TelemetryEnd(IServiceProvider services) : IHostedLifecycleService
{
    readonly TracerProvider? traces = services.GetService<TracerProvider>();
    readonly MeterProvider? metrics = services.GetService<MeterProvider>();

    /// <summary>A collector that is silent must not keep the server from its end.</summary>
    const int PatienceMilliseconds = 2000;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.WhenAll(
        Task.Run(() => traces?.Shutdown(PatienceMilliseconds), CancellationToken.None),
        Task.Run(() => metrics?.Shutdown(PatienceMilliseconds), CancellationToken.None));

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
