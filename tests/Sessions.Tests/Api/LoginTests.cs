using System.Net;
using System.Text;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

public sealed class LoginTests(SessionsApp app) : IClassFixture<SessionsApp>
{
    [Fact]
    public async Task A_login_answers_201_and_a_token_of_letters_and_digits_as_a_bare_JSON_string()
    {
        using var client = app.CreateClient();

        var answer = await client.LogIn("ana", "ana");

        answer.StatusCode.ShouldBe(HttpStatusCode.Created);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        (await answer.Content.ReadAsStringAsync()).ShouldMatch("^\"[0-9a-z]{32,}\"$");
    }

    [Fact]
    public async Task Each_login_has_a_token_of_its_own()
    {
        using var first = await app.ClientOf("ana");
        using var second = await app.ClientOf("ana");

        first.Token().ShouldNotBe(second.Token());
        await (await first.DeleteAsync(Paths.Login)).ShouldBeDone();
        (await second.GetAsync(Paths.Login)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_login_tells_who_one_is_and_since_when()
    {
        var before = await app.Now();
        using var ana = await app.ClientOf("ana");

        var answer = await ana.GetAsync(Paths.Login);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var login = await answer.Json();
        login.Names().ShouldBe(["user", "created_time", "last_accessed_time"], ignoreOrder: true);
        login.GetProperty("user").GetString().ShouldBe("ana");
        login.GetProperty("created_time").ShouldBeTime();
        login.GetProperty("created_time").GetDateTimeOffset()
            .ShouldBeInRange(before.AddMilliseconds(-1), await app.Now());
        login.GetProperty("last_accessed_time").GetDateTimeOffset()
            .ShouldBeGreaterThanOrEqualTo(login.GetProperty("created_time").GetDateTimeOffset());
    }

    [Fact]
    public async Task A_logout_answers_204_and_the_token_is_then_nothing()
    {
        using var ana = await app.ClientOf("ana");
        (await ana.GetAsync(Paths.Sessions)).StatusCode.ShouldBe(HttpStatusCode.OK);

        await (await ana.DeleteAsync(Paths.Login)).ShouldBeDone();

        await (await ana.GetAsync(Paths.Sessions)).ShouldBe(HttpStatusCode.Unauthorized, "UNAUTHENTICATED");
        await (await ana.GetAsync(Paths.Login)).ShouldBe(HttpStatusCode.Unauthorized, "UNAUTHENTICATED");
        await (await ana.DeleteAsync(Paths.Login)).ShouldBe(HttpStatusCode.Unauthorized, "UNAUTHENTICATED");
    }

    /// <summary>The lookup has read the login, and blocks where it records that the login was used.</summary>
    [Fact]
    public async Task A_lookup_that_was_under_way_does_not_bring_back_who_has_logged_out()
    {
        using var ana = await app.ClientOf("ana");
        await using var holder = await OpenTransaction.Begin(app.ConnectionString);
        await holder.Run("""
            create function hold() returns trigger language plpgsql as
            $$ begin perform pg_advisory_xact_lock(7); return null; end $$;
            create trigger hold before update on access.api_sessions for each statement execute function hold();
            """);
        await holder.Commit();
        await using var lookedUp = await OpenTransaction.Begin(app.ConnectionString);
        await lookedUp.Run("select pg_advisory_xact_lock(7)");
        await app.Run($"""
            set session_replication_role = replica;
            update access.api_sessions set last_accessed_at = now() - interval '5 minutes';
            """);
        var underWay = ana.GetAsync(Paths.Sessions);
        await app.Until($"exists (select from {StoreSentences.LockWaits} and wait_event = 'advisory')");
        await app.Run("""
            set session_replication_role = replica;
            update access.api_sessions set last_accessed_at = now();
            """);

        await (await ana.DeleteAsync(Paths.Login)).ShouldBeDone();
        await lookedUp.Commit();
        await underWay;

        await (await ana.GetAsync(Paths.Sessions)).ShouldBe(HttpStatusCode.Unauthorized, "UNAUTHENTICATED");
        await app.Run("drop function hold cascade");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_empty_body_is_no_body(bool chunked)
    {
        var basic = "Authorization: Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("ana:ana"));
        string[] headers = [basic, "Content-Type: application/json"];

        var answer = await RawHttp.Send(app.Url, RawHttp.Request(
            $"POST {Paths.Login}",
            chunked ? [.. headers, "Transfer-Encoding: chunked"] : headers,
            chunked ? RawHttp.Chunked([]) : []));

        answer.Status.ShouldBe(201);
    }
}
