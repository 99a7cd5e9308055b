using System.Net;
using System.Text.Json;

namespace Sessions.Tests.Api;

public sealed class SessionHistoryTests(AuditApp app) : IClassFixture<AuditApp>, IAsyncLifetime
{
    HttpClient ana = null!;
    HttpClient auditor = null!;
    HttpClient admin = null!;

    public async ValueTask InitializeAsync() =>
        (ana, auditor, admin) = (await app.ClientOf("ana"), await app.ClientOf("bo"), await app.ClientOf("admin"));

    public ValueTask DisposeAsync()
    {
        ana.Dispose();
        auditor.Dispose();
        admin.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task The_events_of_a_session_that_is_gone_are_there_in_pages()
    {
        var id = await Life();

        var first = await Ask(auditor, $"{id}/events?limit=2");
        var second = await Ask(auditor, $"{id}/events?limit=2&cursor={first.GetProperty("next_cursor").GetString()}");

        Types(first).ShouldBe(["session_created", "session_kept_alive"]);
        Types(second).ShouldBe(["session_deleted"]);
        second.TryGetProperty("next_cursor", out _).ShouldBeFalse();
        second.GetProperty("events")[0].GetProperty("actor").GetString().ShouldBe("ana");
        second.GetProperty("events")[0].GetProperty("origin").GetString().ShouldBe("api delete");
    }

    [Fact]
    public async Task The_state_is_told_at_a_version_at_a_time_and_now()
    {
        var id = await Life();
        var kept = (await Ask(auditor, $"{id}/events")).GetProperty("events")[1].GetProperty("at").GetString();

        (await Ask(auditor, $"{id}/state")).GetProperty("state").GetProperty("state").GetString().ShouldBe("deleted");
        (await Ask(auditor, $"{id}/state?version=0")).GetProperty("state").GetProperty("state").GetString().ShouldBe("not_created");
        (await Ask(auditor, $"{id}/state?version=1")).GetProperty("state").GetProperty("progress").GetInt32().ShouldBe(0);
        var then = await Ask(auditor, $"{id}/state?at={kept}");
        then.GetProperty("version").GetInt32().ShouldBe(2);
        then.GetProperty("state").GetProperty("progress").GetInt32().ShouldBe(40);
    }

    [Theory]
    [InlineData("state?version=4")]
    [InlineData("diff?from=1&to=4")]
    [InlineData("diff?from=4&to=2026-01-01")]
    public async Task A_version_that_a_session_has_not_come_to_is_not_found(string asked)
    {
        var id = await Life();

        using var answer = await auditor.GetAsync($"/api/audit/sessions/{id}/{asked}");

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("has 3 events: there is no version 4 of it");
    }

    [Fact]
    public async Task Two_moments_are_compared_as_a_patch_and_in_words()
    {
        var id = await Life();

        var diff = await Ask(auditor, $"{id}/diff?from=1&to=2");

        diff.GetProperty("patch").EnumerateArray().Select(operation => operation.GetProperty("path").GetString()).ShouldContain("/progress");
        diff.GetProperty("words").EnumerateArray().Select(words => words.GetString()).ShouldContain("The progress is now 40 %; it was 0 %.");
        (diff.GetProperty("from").GetInt32(), diff.GetProperty("to").GetInt32()).ShouldBe((1, 2));
    }

    [Theory]
    [InlineData("events")]
    [InlineData("state")]
    [InlineData("diff?from=1&to=2")]
    public async Task A_user_may_look_at_his_own_sessions_and_whoever_else_is_no_auditor_learns_nothing(string what)
    {
        var own = await Life();
        var other = await admin.CreateSession(app.ItemId);

        (await StatusOf(ana, $"{own}/{what}")).ShouldBe(HttpStatusCode.OK);
        (await StatusOf(ana, $"{other}/{what}")).ShouldBe(HttpStatusCode.NotFound);
        (await StatusOf(admin, $"{own}/{what}")).ShouldBe(HttpStatusCode.NotFound);
        (await StatusOf(auditor, $"{Guid.CreateVersion7()}/{what}")).ShouldBe(HttpStatusCode.NotFound);
        (await StatusOf(auditor, $"no-id/{what}")).ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("events?limit=0")]
    [InlineData("events?cursor=-1")]
    [InlineData("state?at=yesterday")]
    [InlineData("state?version=-1")]
    [InlineData("state?version=99999999999")]
    [InlineData("state?at=2031-01-01&version=1")]
    [InlineData("state?when=now")]
    [InlineData("diff?from=1")]
    [InlineData("diff?from=1&to=then")]
    public async Task What_cannot_be_meant_is_an_invalid_argument(string asked)
    {
        var id = await ana.CreateSession(app.ItemId);

        using var answer = await auditor.GetAsync($"/api/audit/sessions/{id}/{asked}");

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("INVALID_ARGUMENT");
    }

    [Fact]
    public async Task Who_looked_is_on_record()
    {
        var id = await ana.CreateSession(app.ItemId);

        await Ask(auditor, $"{id}/diff?from=0&to=1");

        var looks = await app.Ask<long>(
            $"select count(*) from access.audit_looks where user_name = 'bo' and query = '/api/audit/sessions/{id}/diff?from=0&to=1'");
        looks.ShouldBe(1);
    }

    /// <summary>A session that ana creates, keeps alive and deletes.</summary>
    async Task<string> Life()
    {
        var id = await ana.CreateSession(app.ItemId);
        (await ana.Act(id, "keep-alive", """{"progress":40}""")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await ana.DeleteAsync(Paths.One(id))).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        return id;
    }

    static IEnumerable<string?> Types(JsonElement page) =>
        page.GetProperty("events").EnumerateArray().Select(one => one.GetProperty("type").GetString());

    static async Task<JsonElement> Ask(HttpClient client, string asked)
    {
        using var answer = await client.GetAsync($"/api/audit/sessions/{asked}");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
    }

    static async Task<HttpStatusCode> StatusOf(HttpClient client, string asked)
    {
        using var answer = await client.GetAsync($"/api/audit/sessions/{asked}");
        return answer.StatusCode;
    }
}
