using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Sessions.Api.Hosting;
using Sessions.Content;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

public sealed class HealthTests(TestPostgres postgres) : IAsyncLifetime
{
    readonly SessionsApp app = new(postgres);

    public ValueTask InitializeAsync() => app.InitializeAsync();

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task A_server_with_its_database_is_live_and_ready_for_anybody_who_asks()
    {
        using var client = app.CreateClient();

        (await (await client.GetAsync("/health/live")).Content.ReadAsStringAsync()).ShouldBe("""{"status":"live"}""");
        var (status, report) = await Ready(client);

        status.ShouldBe(HttpStatusCode.OK);
        // Parallel tests use the same PostgreSQL server; a transaction that one of them holds open stalls this log too.
        report.GetProperty("status").GetString().ShouldBe(
            report.TryGetProperty("log_stalled_by", out _) ? "degraded" : "ready");
        report.GetProperty("dead_letters").GetInt64().ShouldBe(0);
    }

    [Fact]
    public async Task A_migration_that_is_missing_is_named()
    {
        using var client = app.CreateClient();
        await app.Run("delete from event_store.migrations where name = '0002_access'");

        var (status, report) = await Ready(client);

        status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        report.GetProperty("status").GetString().ShouldBe("not ready");
        report.GetProperty("missing_migrations").GetString().ShouldBe("0002_access");
    }

    [Fact]
    public async Task A_transaction_that_stalls_the_log_is_named()
    {
        using var client = app.CreateClient();
        await using var connection = new NpgsqlConnection(app.ConnectionString + ";Application Name=forgotten;Pooling=false");
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var open = new NpgsqlCommand("select pg_current_xact_id()::text", connection, transaction);
        await open.ExecuteNonQueryAsync();
        app.Services.GetRequiredService<Health>().StallAge = TimeSpan.Zero;

        JsonElement blocker = default;
        await StoreSentences.Until(
            async () =>
            {
                var (status, report) = await Ready(client);
                status.ShouldBe(HttpStatusCode.OK);
                report.GetProperty("status").GetString().ShouldBe("degraded");
                blocker = report.GetProperty("log_stalled_by");
                return blocker.GetProperty("application").GetString() == "forgotten";
            },
            "the forgotten transaction is named");

        blocker.GetProperty("pid").GetInt32().ShouldBe(connection.ProcessID);
        blocker.GetProperty("open_for_seconds").GetInt64().ShouldBeInRange(0, 60);
    }

    [Fact]
    public async Task A_drift_watch_that_has_not_come_round_for_long_is_told()
    {
        using var client = app.CreateClient();
        // From now on each turn of the watch fails, and its last success was long ago.
        await app.Run("alter table event_store.drift_watch add check (checked_at < '2026-01-01') not valid");
        await app.Run("update event_store.drift_watch set checked_at = '2025-12-31'");

        var (status, report) = await Ready(client);

        status.ShouldBe(HttpStatusCode.OK);
        report.GetProperty("status").GetString().ShouldBe("degraded");
        report.GetProperty("drift_watch").GetString().ShouldBe("fails");
    }

    [Fact]
    public async Task A_library_that_could_never_be_read_takes_its_node_out_of_service_until_it_can()
    {
        var mounted = Directory.CreateTempSubdirectory("sessions-content-");
        mounted.Delete();
        await using var unmounted = await app.AnotherNode(("Content:Root", mounted.FullName));
        using var client = unmounted.CreateClient();

        var (status, report) = await Ready(client);

        status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        report.GetProperty("status").GetString().ShouldBe("not ready");
        report.GetProperty("problem").GetString().ShouldBe("the content library cannot be read");
        report.ToString().ShouldNotContain(mounted.FullName, customMessage: "anybody may ask");
        mounted.Create();
        unmounted.Services.GetRequiredService<ContentLibrary>().Rescan();
        (await Ready(client)).Status.ShouldBe(HttpStatusCode.OK);
        mounted.Delete();
    }

    [Fact]
    public async Task A_library_that_cannot_be_read_any_more_is_told_and_served_as_it_was()
    {
        using var ana = await app.ClientOf("ana");
        Directory.Delete(app.ContentRoot, recursive: true);
        app.Services.GetRequiredService<ContentLibrary>().Rescan();

        var (status, report) = await Ready(ana);

        status.ShouldBe(HttpStatusCode.OK);
        report.GetProperty("status").GetString().ShouldBe("degraded");
        report.GetProperty("content_library").GetString().ShouldBe("cannot be read");
        await ana.CreateSession(app.ItemId);
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task Who_asks_for_the_head_alone_is_told_the_same_without_a_body(string path)
    {
        using var client = app.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Head, path);

        var answer = await client.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        (await answer.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Dead_letters_are_counted_and_take_no_node_out_of_service()
    {
        using var client = app.CreateClient();
        await app.Run("""
            insert into event_store.dead_letters (stream_id, owner, kind, attempts, last_error)
            values (gen_random_uuid(), 'ana', 'expire', 8, 'why'), (gen_random_uuid(), 'bo', 'purge', 8, 'why')
            """);

        var (status, report) = await Ready(client);

        status.ShouldBe(HttpStatusCode.OK);
        report.GetProperty("status").GetString().ShouldBe("degraded");
        report.GetProperty("dead_letters").GetInt64().ShouldBe(2);
    }

    [Fact]
    public async Task A_follower_whose_checkpoint_is_not_in_the_log_is_named()
    {
        using var client = app.CreateClient();
        await app.Run("""
            insert into read_models.checkpoints (follower, epoch, transaction_id, position, events) values ('activity', 7, '1', 1, 1)
            on conflict (follower) do update set epoch = 7
            """);

        var (status, report) = await Ready(client);

        status.ShouldBe(HttpStatusCode.OK);
        report.GetProperty("status").GetString().ShouldBe("degraded");
        report.GetProperty("followers").GetProperty("activity").GetProperty("astray").GetBoolean().ShouldBeTrue();
        report.GetProperty("followers").GetProperty("audit-trail").TryGetProperty("astray", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Drift_is_named_and_takes_no_node_out_of_service()
    {
        using var client = app.CreateClient();
        await app.Run("""
            with listed as (
                insert into read_models.session_list (session_id, item_id, owner)
                values (gen_random_uuid(), gen_random_uuid(), 'ana') returning session_id, owner)
            insert into event_store.drift (session_id, owner, kind, says)
            select session_id, owner, 'List', 'session of ana: it is listed but does not live' from listed
            """);

        var (status, report) = await Ready(client);

        status.ShouldBe(HttpStatusCode.OK);
        report.GetProperty("status").GetString().ShouldBe("degraded");
        report.GetProperty("drift").GetProperty("findings").GetInt64().ShouldBe(1);
        report.GetProperty("drift").GetProperty("oldest").GetString().ShouldBe("List");
        report.ToString().ShouldNotContain("ana", customMessage: "anybody may ask");
    }

    /// <summary>Anyone may request the report at any rate, and other requests need the same connections.</summary>
    [Fact]
    public async Task Many_who_ask_at_the_same_time_share_one_look()
    {
        await using var narrow = new SessionsApp(postgres);
        narrow.ConnectionString = app.ConnectionString + ";Maximum Pool Size=8";
        await narrow.InitializeAsync();
        using var ana = await narrow.ClientOf("ana");
        await using var held = await OpenTransaction.Begin(app.ConnectionString);
        await held.Run("lock table event_store.migrations");

        var asking = Enumerable.Range(0, 40).Select(_ => ana.GetAsync("/health/ready")).ToArray();
        await app.Until("exists (select from pg_locks where relation = 'event_store.migrations'::regclass and not granted)");
        (await ana.GetAsync(Paths.Sessions)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await app.Ask<int>(
            "select count(*) from pg_locks where relation = 'event_store.migrations'::regclass and not granted")).ShouldBe(1);
        await held.Commit();

        (await Task.WhenAll(asking)).ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.OK);
    }

    [Fact]
    public async Task Who_was_told_that_it_is_ready_is_told_so_for_a_second()
    {
        var clock = new StandingClock();
        await using var standing = new StandingApp(postgres, clock);
        await standing.InitializeAsync();
        using var client = standing.CreateClient();
        (await Ready(client)).Status.ShouldBe(HttpStatusCode.OK);
        await standing.Run("delete from event_store.migrations where name = '0002_access'");

        (await Ready(client)).Status.ShouldBe(HttpStatusCode.OK);
        clock.Advance(TimeSpan.FromSeconds(1));
        (await Ready(client)).Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        await standing.Run("insert into event_store.migrations (name) values ('0002_access')");
        (await Ready(client)).Status.ShouldBe(HttpStatusCode.OK);
    }

    sealed class StandingApp(TestPostgres postgres, StandingClock clock) : SessionsApp(postgres)
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            base.ConfigureWebHost(builder);
            builder.ConfigureTestServices(services => services.AddSingleton<TimeProvider>(clock));
        }
    }

    static async Task<(HttpStatusCode Status, JsonElement Report)> Ready(HttpClient client)
    {
        var answer = await client.GetAsync("/health/ready");
        return (answer.StatusCode, await answer.Json());
    }
}
