using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sessions.Api.Workers;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

/// <summary>A server with metrics, whose sessions end at once when nobody uses them.</summary>
public sealed class MeasuredApp : SessionsApp
{
    public MeasuredApp(TestPostgres postgres)
        : base(postgres)
    {
        Settings["Telemetry:Metrics"] = "true";
        Settings["Lease:IdleTimeout"] = "00:00:00.100";
    }
}

/// <summary>What Prometheus scrapes.</summary>
public sealed class MetricsTests(MeasuredApp app) : IClassFixture<MeasuredApp>
{
    [Fact]
    public async Task What_is_done_is_counted_and_timed_under_the_names_that_the_manual_says()
    {
        using var ana = await app.ClientOf("ana");
        await ana.CreateSession(app.ItemId);
        (await ana.Act(Ids.Unknown, "cancel")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await app.Until("exists (select from event_store.events where type = 'session_expired')");

        await Until("""sessions_command_duration_seconds_count{otel_scope_name="Sessions.Storage",sessions_command="Create"}""");
        await Until("""error_type="NotFound",sessions_command="Cancel"}""");
        foreach (var name in new[]
        {
            "sessions_schedule_lag_seconds_count", "sessions_batch_size_count", "sessions_batch_duration_seconds_count",
            "sessions_schedule_backlog_seconds", "db_client_operation_duration_seconds_count", "db_client_connection_count",
            "dotnet_gc_collections_total",
        })
        {
            await Until("\n" + name + "{");
        }
    }

    [Fact]
    public async Task A_message_that_the_database_refuses_is_counted()
    {
        await app.Run(StoreSentences.RefuseEvents("new.owner = 'bo' and new.type = 'session_expired'"));
        using var bo = await app.ClientOf("bo");
        await bo.CreateSession(app.ItemId);

        await Until("\nsessions_schedule_failures_total{");
    }

    [Fact]
    public async Task What_only_the_database_knows_is_asked_for_now_and_then()
    {
        await Until("sessions_dead_letters{");
        await Until("sessions_log_stall_seconds{");
    }

    [Fact]
    public void Every_instrument_is_in_the_manual()
    {
        var manual = File.ReadAllText(Repository.PathOf("docs", "operations.md"));
        var sources = Directory.EnumerateFiles(Repository.PathOf("src"), "*Metrics.cs", SearchOption.AllDirectories).ToArray();

        var names = sources.SelectMany(File.ReadLines)
            .Select(line => line.Trim().Split('"'))
            .Where(parts => parts is ["", var name, ", ", ..] && name.StartsWith("sessions.", StringComparison.Ordinal))
            .Select(parts => parts[1])
            .ToArray();

        names.Length.ShouldBeGreaterThan(8);
        names.Where(name => !manual.Contains($"`{name}`", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_being_asked_for_there_are_none()
    {
        await using var other = await app.AnotherNode(("Telemetry:Metrics", "false"));
        using var client = other.CreateClient();

        await (await client.GetAsync("/metrics")).ShouldBe(HttpStatusCode.NotFound, "OPERATION_NOT_FOUND");
    }

    [Fact]
    public async Task A_server_that_is_already_put_away_may_still_be_told_that_it_has_stopped()
    {
        await using var other = await app.AnotherNode();
        var end = other.Services.GetServices<IHostedService>().OfType<TelemetryEnd>().Single();

        await other.DisposeAsync();

        await Should.NotThrowAsync(end.StoppedAsync(CancellationToken.None));
    }

    /// <summary>Waits until the metrics contain this text; the exporter answers from a cache for a moment.</summary>
    async Task Until(string text)
    {
        using var anybody = app.CreateClient();
        for (var attempt = 0; attempt < 300; attempt++)
        {
            var metrics = await anybody.GetStringAsync("/metrics");
            if (metrics.Contains(text, StringComparison.Ordinal))
                return;
            await app.Run("select pg_sleep(0.1)");
        }

        throw new TimeoutException($"There is no {text} among the metrics.");
    }
}
