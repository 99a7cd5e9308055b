using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Sessions.Api.Downloads;
using Sessions.Api.Workers;
using Sessions.Projections.Following;
using Sessions.Storage;

namespace Sessions.Api.Hosting;

/// <summary>Where traces and metrics go.</summary>
/// <param name="IsScraped">Whether <c>/metrics</c> is there; configuration <c>Telemetry:Metrics</c>.</param>
/// <param name="IsExported">Whether traces and metrics are exported, by OpenTelemetry's own variables.</param>
internal sealed record TelemetrySettings(bool IsScraped, bool IsExported)
{
    public static TelemetrySettings Read(IConfiguration configuration) => new(
        configuration.GetValue("Telemetry:Metrics", defaultValue: false),
        !string.IsNullOrEmpty(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]));
}

/// <summary>Traces and metrics, by OpenTelemetry. If neither scraping nor export is on, nothing is registered.</summary>
internal static class Telemetry
{
    /// <summary>Where Prometheus finds the metrics.</summary>
    const string MetricsPath = "/metrics";

    /// <summary>The meters that are collected: the server's own, and those of the libraries and runtime it uses.</summary>
    static readonly string[] Meters =
    [
        StorageMetrics.Name,
        ProjectionMetrics.Name,
        "Npgsql",
        "Microsoft.AspNetCore.Hosting",
        "Microsoft.AspNetCore.Server.Kestrel",
        "System.Runtime",
    ];

    public static IServiceCollection AddTelemetry(this IServiceCollection services, ServerSettings settings)
    {
        var (isScraped, isExported) = settings.Telemetry;
        if (!isScraped && !isExported)
            return services;

        services.AddHostedService<StoreWatch>().AddHostedService<TelemetryEnd>();
        var telemetry = services.AddOpenTelemetry()
            // The environment detector comes last, so OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win.
            .ConfigureResource(resource => resource
                .AddService("sessions", serviceInstanceId: settings.Node.Value)
                .AddEnvironmentVariableDetector())
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(Meters);
                if (isScraped)
                    metrics.AddPrometheusExporter();
                if (isExported)
                    metrics.AddOtlpExporter();
            });
        if (isExported)
        {
            telemetry.WithTracing(traces => traces
                .AddAspNetCoreInstrumentation(requests => requests.EnrichWithHttpRequest = static (span, request) =>
                {
                    // The path of a data link is a secret, and a span is no place for one.
                    if (request.Path.Value!.StartsWith(DownloadLinks.Path, StringComparison.OrdinalIgnoreCase))
                        span.SetTag("url.path", DownloadLinks.Path);
                })
                .AddSource(StorageMetrics.Name, "Npgsql")
                .AddOtlpExporter());
        }

        return services;
    }

    public static void MapMetrics(this WebApplication app, TelemetrySettings settings)
    {
        if (settings.IsScraped)
            app.MapPrometheusScrapingEndpoint(MetricsPath);
    }
}
