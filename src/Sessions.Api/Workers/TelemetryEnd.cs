using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Sessions.Api.Workers;

/// <summary>
/// Sends the remaining traces and metrics when the server has stopped. Sending blocks, and the server may stop on the one
/// thread that polls the sockets: at the end of the process, that thread would wait for an answer that only it can receive.
/// The providers are resolved at the start, because at the end the container may be disposed of.
/// </summary>
internal sealed class TelemetryEnd : IHostedLifecycleService
{
    /// <summary>A silent collector must not keep the server from ending.</summary>
    const int PatienceMilliseconds = 2000;

    /// <summary>
    /// Started once, awaited by every caller that stops the server: the first to go on may dispose of the container, and of
    /// the exporters with it.
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
