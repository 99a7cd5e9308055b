using System.Net;
using System.Text.Json;

namespace Sessions.Tests.Api;

public sealed class SessionHistoryTests(AuditApp app) : AuditQuestions(app)
{
    [Fact]
    public async Task The_events_of_a_session_that_is_gone_are_there_in_pages()
    {
        var id = await Life();

        var first = await Told($"{id}/events?limit=2");
        var second = await Told($"{id}/events?limit=2&cursor={first.GetProperty("next_cursor").GetString()}");

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
        var kept = (await Told($"{id}/events")).GetProperty("events")[1].GetProperty("at").GetString();

        (await Told($"{id}/state")).GetProperty("state").GetProperty("state").GetString().ShouldBe("deleted");
        (await Told($"{id}/state?version=0")).GetProperty("state").GetProperty("state").GetString().ShouldBe("not_created");
        (await Told($"{id}/state?version=1")).GetProperty("state").GetProperty("progress").GetInt32().ShouldBe(0);
        var then = await Told($"{id}/state?at={kept}");
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

        using var answer = await Auditor.GetAsync($"/api/audit/sessions/{id}/{asked}");

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("has 3 events: there is no version 4 of it");
    }

    [Fact]
    public async Task Two_moments_are_compared_as_a_patch_and_in_words()
    {
        var id = await Life();

        var diff = await Told($"{id}/diff?from=1&to=2");

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
        var other = await Admin.CreateSession(App.ItemId);

        (await StatusOf(Ana, $"{own}/{what}")).ShouldBe(HttpStatusCode.OK);
        (await StatusOf(Ana, $"{other}/{what}")).ShouldBe(HttpStatusCode.NotFound);
        (await StatusOf(Admin, $"{own}/{what}")).ShouldBe(HttpStatusCode.NotFound);
        (await StatusOf(Auditor, $"{Guid.CreateVersion7()}/{what}")).ShouldBe(HttpStatusCode.NotFound);
        (await StatusOf(Auditor, $"no-id/{what}")).ShouldBe(HttpStatusCode.NotFound);
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
        var id = await Ana.CreateSession(App.ItemId);

        using var answer = await Auditor.GetAsync($"/api/audit/sessions/{id}/{asked}");

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("INVALID_ARGUMENT");
    }

    [Fact]
    public async Task Who_looked_is_on_record()
    {
        var id = await Ana.CreateSession(App.ItemId);

        await Told($"{id}/diff?from=0&to=1");

        var looks = await App.Ask<long>(
            $"select count(*) from access.audit_looks where user_name = 'bo' and query = '/api/audit/sessions/{id}/diff?from=0&to=1'");
        looks.ShouldBe(1);
    }

    static IEnumerable<string?> Types(JsonElement page) =>
        page.GetProperty("events").EnumerateArray().Select(one => one.GetProperty("type").GetString());

    Task<JsonElement> Told(string asked) => Ask(Auditor, $"/api/audit/sessions/{asked}");

    static async Task<HttpStatusCode> StatusOf(HttpClient client, string asked)
    {
        using var answer = await client.GetAsync($"/api/audit/sessions/{asked}");
        return answer.StatusCode;
    }
}
