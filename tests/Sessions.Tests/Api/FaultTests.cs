using System.Net;
using Microsoft.Extensions.Logging;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

/// <summary>The database goes away and comes back.</summary>
public sealed class FaultTests(TestPostgres postgres)
{
    [Fact]
    public async Task A_server_that_starts_without_its_database_says_so_and_begins_when_it_is_there()
    {
        await using var forwarder = Forwarder.Before(await postgres.CreateEmptyDatabase(), out var connection);
        await using var app = new LoggedApp(postgres) { ConnectionString = connection, AwaitsDatabase = false };
        app.Settings["Logging:LogLevel:Default"] = "Warning";
        await app.InitializeAsync();
        using var client = app.CreateClient();
        client.DefaultRequestHeaders.Add("vmware-api-session-id", new string('a', 40));

        (await client.GetAsync("/health/live")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await client.GetAsync("/health/ready")).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        foreach (var attempt in Requests(Ids.Unknown, app.ItemId))
            await ShouldBeUnavailable(await attempt(client));
        // The server tries the database once a second, the first time shortly after its start.
        for (var look = 0; look < 1000 && !app.Logs!.Of(LogLevel.Warning).Any(IsComplaint); look++)
            (await client.GetAsync("/health/ready")).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        app.Logs!.Of(LogLevel.Warning).ShouldContain(line => IsComplaint(line));

        forwarder.Restore();
        await client.LogInWhenReady("ana", "ana");

        (await client.GetAsync("/health/ready")).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var ana = await app.ClientOf("ana");
        await ana.Session(await ana.CreateSession(app.ItemId));
    }

    [Fact]
    public async Task Without_the_database_every_operation_is_unavailable_and_then_works_again()
    {
        await using var forwarder = Forwarder.Before(await postgres.CreateDatabase(), out var connection);
        forwarder.Restore();
        await using var app = new SessionsApp(postgres) { ConnectionString = connection };
        await app.InitializeAsync();
        using var ana = await app.ClientOf("ana");
        using var admin = await app.ClientOf("admin");
        var id = await ana.CreateSession(app.ItemId);

        forwarder.Cut();

        (await ana.GetAsync("/health/live")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ana.GetAsync("/health/ready")).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        foreach (var client in new[] { ana, admin })
        {
            foreach (var attempt in Requests(id, app.ItemId))
                await ShouldBeUnavailable(await attempt(client));
        }

        forwarder.Restore();

        (await ana.Session(id)).State().ShouldBe("ACTIVE");
        (await ana.List()).ShouldBe([id]);
        (await ana.GetAsync("/health/ready")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_database_that_is_away_is_a_line_in_the_log_for_whoever_misses_it_and_no_trace()
    {
        await using var forwarder = Forwarder.Before(await postgres.CreateDatabase(), out var connection);
        forwarder.Restore();
        await using var app = new LoggedApp(postgres) { ConnectionString = connection };
        app.Settings["Logging:LogLevel:Default"] = "Warning";
        await app.InitializeAsync();
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);

        forwarder.Cut();

        await ShouldBeUnavailable(await ana.DeleteAsync(Paths.One(id)));
        (await ana.GetAsync("/health/ready")).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        app.Logs!.Of(LogLevel.Warning).ShouldContain(line => line.StartsWith("The database accepts no commands now; 1 were refused: ", StringComparison.Ordinal));
        // The log says what failed, and why: first an open connection breaks, then none can be opened.
        (await ana.GetAsync("/health/ready")).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        var lines = app.Logs!.Of(LogLevel.Warning);
        lines.ShouldContain(line =>
            line.StartsWith("Not ready: the database cannot be queried: ", StringComparison.Ordinal) && line.TrimEnd().EndsWith(')'));
        lines.ShouldNotContain(line => line.Contains("   at ", StringComparison.Ordinal));
    }

    /// <summary>Connections break while they are idle, and only the next request finds out.</summary>
    [Fact]
    public async Task A_database_that_was_away_while_nobody_asked_is_not_missed()
    {
        await using var forwarder = Forwarder.Before(await postgres.CreateDatabase(), out var connection);
        forwarder.Restore();
        await using var app = new SessionsApp(postgres) { ConnectionString = connection };
        await app.InitializeAsync();
        using var ana = await app.ClientOf("ana");
        using var admin = await app.ClientOf("admin");
        var id = await ana.CreateSession(app.ItemId);

        foreach (var client in new[] { ana, admin })
        {
            foreach (var attempt in Requests(id, app.ItemId))
            {
                forwarder.Cut();
                forwarder.Restore();
                (await attempt(client)).StatusCode.ShouldBeOneOf(
                    HttpStatusCode.OK, HttpStatusCode.Created, HttpStatusCode.NoContent,
                    HttpStatusCode.BadRequest, HttpStatusCode.NotFound);
            }

            id = await admin.CreateSession(app.ItemId);
        }
    }

    [Fact]
    public async Task A_mistake_of_the_server_is_told_to_its_log_and_not_to_its_caller()
    {
        await using var app = new LoggedApp(postgres);
        await app.InitializeAsync();
        using var ana = await app.ClientOf("ana");
        await app.Run("drop table read_models.session_list");

        foreach (var answer in new[]
        {
            await ana.GetAsync(Paths.Sessions),
            await ana.PostText(Paths.Sessions, $$"""{"library_item_id":"{{app.ItemId}}"}"""),
        })
        {
            await answer.ShouldBe(HttpStatusCode.InternalServerError, "INTERNAL_SERVER_ERROR");
            (await answer.Content.ReadAsStringAsync()).ShouldNotContain("session_list");
        }

        app.Logs!.Of(LogLevel.Error).ShouldContain(line =>
            line.StartsWith($"GET {Paths.Sessions} failed") && line.Contains("read_models.session_list"));
        (await app.CountEvents()).ShouldBe(0);
    }

    [Fact]
    public async Task A_change_that_others_get_ahead_of_each_time_is_a_conflict_and_no_mistake()
    {
        await using var app = new LoggedApp(postgres);
        await app.InitializeAsync();
        using var ana = await app.ClientOf("ana");
        await app.Run("""
            create function overtake() returns trigger language plpgsql as
            $$ begin raise unique_violation; end $$;
            create trigger overtake before insert on event_store.events for each row execute function overtake();
            """);

        var answer = await ana.PostText(Paths.Sessions, $$"""{"library_item_id":"{{app.ItemId}}"}""");

        await answer.ShouldBe(HttpStatusCode.Conflict, "CONCURRENT_CHANGE");
        app.Logs!.Of(LogLevel.Error).ShouldBeEmpty();
    }

    static bool IsComplaint(string line) =>
        line.StartsWith("The database is not ready yet, trying again: ", StringComparison.Ordinal);

    /// <summary>One request of each operation that needs the database, except the logout.</summary>
    static IEnumerable<Func<HttpClient, Task<HttpResponseMessage>>> Requests(string id, string itemId) =>
    [
        client => client.GetAsync(Paths.One(id)),
        client => client.GetAsync(Paths.Sessions),
        client => client.PostText(Paths.Sessions, $$"""{"library_item_id":"{{itemId}}"}"""),
        client => client.GetAsync(FileSentences.Files(id)),
        client => client.GetAsync(FileSentences.File(id, "hello.txt")),
        client => client.AskFor(id, "hello.txt"),
        client => client.Act(id, "keep-alive"),
        client => client.Act(id, "cancel"),
        client => client.Act(id, "fail"),
        client => client.DeleteAsync(Paths.One(id)),
        client => client.GetAsync(Paths.Login),
        client => client.LogIn("ana", "ana"),
    ];

    static async Task ShouldBeUnavailable(HttpResponseMessage answer)
    {
        await answer.ShouldBe(HttpStatusCode.ServiceUnavailable, "SERVICE_UNAVAILABLE");
        answer.Headers.RetryAfter.ShouldNotBeNull().Delta.ShouldNotBeNull().TotalSeconds.ShouldBeGreaterThanOrEqualTo(1);
    }
}
