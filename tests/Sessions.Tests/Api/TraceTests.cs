using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Trace;
using Sessions.Api.Workers;
using Sessions.Domain;
using Sessions.Storage.Streams;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

/// <summary>A server that exports its traces, and also keeps them for the test.</summary>
public sealed class TracedApp(TestPostgres postgres) : DownloadApp(postgres)
{
    /// <summary>All spans that have ended. Read them only after the server has ended.</summary>
    public List<Activity> Spans { get; } = [];

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.ConfigureTestServices(services =>
            services.ConfigureOpenTelemetryTracerProvider(traces => traces.AddInMemoryExporter(Spans)));
    }
}

/// <summary>One trace leads from a request to its events, and to the batch that made them durable.</summary>
public sealed class TraceTests(TestPostgres postgres) : IAsyncLifetime
{
    readonly ConcurrentQueue<(string Signal, string Body)> received = new();
    WebApplication collector = null!;
    TracedApp app = null!;

    public async ValueTask InitializeAsync()
    {
        collector = await StartCollector();
        app = new TracedApp(postgres);
        app.Settings["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Urls.Single();
        app.Settings["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        await app.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await collector.DisposeAsync();
    }

    [Fact]
    public async Task A_clients_trace_goes_on_to_the_command_its_events_and_a_link_of_the_batch()
    {
        var (trace, parent) = (ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom());
        var header = $"00-{trace}-{parent}-01";
        using var ana = await app.ClientOf("ana");
        ana.DefaultRequestHeaders.Add("traceparent", header);

        var id = await ana.CreateSession(app.ItemId);

        (await TraceParentOf(id)).ShouldBe(header);
        await app.DisposeAsync();
        var server = app.Spans.Single(span => span.TraceId == trace && span.Kind == ActivityKind.Server);
        server.ParentSpanId.ShouldBe(parent);
        var command = app.Spans.Single(span => span.TraceId == trace && span.OperationName == "Create");
        command.ParentSpanId.ShouldBe(server.SpanId);
        command.GetTagItem("sessions.id").ShouldBe(id);
        command.Status.ShouldBe(ActivityStatusCode.Unset);
        var batch = app.Spans.Single(span => span.Links.Any(link => link.Context.SpanId == command.SpanId));
        batch.OperationName.ShouldBe("batch");
        batch.TraceId.ShouldNotBe(trace);
        app.Spans.ShouldContain(span => span.ParentSpanId == batch.SpanId, "the database's part of it");
    }

    [Fact]
    public async Task A_request_without_a_trace_begins_one_and_its_events_say_which()
    {
        using var ana = await app.ClientOf("ana");

        var id = await ana.CreateSession(app.ItemId);

        var traceParent = (await TraceParentOf(id)).ShouldNotBeNull();
        await app.DisposeAsync();
        app.Spans.Single(span => span.Id == traceParent).Kind.ShouldBe(ActivityKind.Server);
    }

    [Fact]
    public async Task A_refused_command_says_why_in_its_span()
    {
        var trace = ActivityTraceId.CreateRandom();
        using var ana = await app.ClientOf("ana");
        ana.DefaultRequestHeaders.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");

        await ana.Act(Ids.Unknown, "cancel");

        await app.DisposeAsync();
        var command = app.Spans.Single(span => span.TraceId == trace && span.OperationName == "Cancel");
        (command.Status, command.GetTagItem("error.type")).ShouldBe((ActivityStatusCode.Error, "NotFound"));
    }

    [Fact]
    public async Task No_span_holds_a_data_link()
    {
        var (_, link) = await app.Share("secret.txt", [1, 2, 3]);
        using var anybody = new HttpClient();

        await anybody.GetByteArrayAsync(link);

        await app.DisposeAsync();
        app.Spans.ShouldContain(span => (string?)span.GetTagItem("url.path") == "/cls/data/");
        var capability = link.Segments[^2].TrimEnd('/');
        app.Spans.SelectMany(span => span.TagObjects).Where(tag => $"{tag.Value}".Contains(capability)).ShouldBeEmpty();
        app.Spans.Where(span => span.DisplayName.Contains(capability)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Traces_and_metrics_reach_the_collector()
    {
        using var ana = await app.ClientOf("ana");
        await ana.CreateSession(app.ItemId);

        await app.DisposeAsync();

        var got = string.Join(", ", received.Select(one => $"{one.Signal} of {one.Body.Length} bytes"));
        received.ShouldContain(one => one.Signal == "traces" && one.Body.Contains("Create"), got);
        received.ShouldContain(one => one.Signal == "metrics" && one.Body.Contains("sessions.command.duration"), got);
    }

    [Fact]
    public void Two_who_stop_a_server_wait_for_the_same_sending()
    {
        var end = app.Services.GetServices<IHostedService>().OfType<TelemetryEnd>().Single();

        end.StoppedAsync(CancellationToken.None).ShouldBeSameAs(end.StoppedAsync(CancellationToken.None));
    }

    async Task<string?> TraceParentOf(string id)
    {
        SessionId.TryParse(id, out var session).ShouldBeTrue();
        var first = await app.Services.GetRequiredService<EventStore>()
            .Read(new SessionAddress(session, "ana"), CancellationToken.None).FirstAsync();
        return first.Provenance.TraceParent;
    }

    async Task<WebApplication> StartCollector()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var started = builder.Build();
        started.MapPost("/v1/{signal}", async (string signal, HttpRequest request) =>
        {
            using var body = new StreamReader(request.Body, Encoding.Latin1);
            received.Enqueue((signal, await body.ReadToEndAsync()));
        });
        await started.StartAsync();
        return started;
    }
}
