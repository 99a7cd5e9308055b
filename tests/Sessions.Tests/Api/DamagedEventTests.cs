using System.Net;

namespace Sessions.Tests.Api;

/// <summary>Somebody has damaged an event. What does not need it is told, and what does says so.</summary>
public sealed class DamagedEventTests(AuditApp app) : AuditQuestions(app)
{
    [Fact]
    public async Task It_stands_among_the_events_as_it_is_with_its_fault()
    {
        var id = await Damaged("data = '{\"x\":1}'", version: 2);

        var events = (await Ask(Auditor, $"/api/audit/sessions/{id}/events")).GetProperty("events");

        events.EnumerateArray().Select(one => one.TryGetProperty("fault", out _)).ShouldBe([false, true, false]);
        events[1].GetProperty("fault").GetString().ShouldStartWith("It cannot be read: ");
        events[1].GetProperty("data").GetRawText().ShouldBe("""{"x":1}""");
    }

    [Theory]
    [InlineData("data = '{}'")]
    [InlineData("type = 'session_exploded'")]
    [InlineData("recorded_at = recorded_at - interval '1 hour'")]
    public async Task States_are_told_before_it_and_not_behind_it(string damage)
    {
        var id = await Damaged(damage, version: 2);

        (await Ask(Auditor, $"/api/audit/sessions/{id}/state?version=1")).GetProperty("version").GetInt32().ShouldBe(1);
        (await Ask(Auditor, $"/api/audit/sessions/{id}/diff?from=0&to=1")).GetProperty("to").GetInt32().ShouldBe(1);
        foreach (var asked in new[] { "state", "state?version=2", "state?version=3", "diff?from=1&to=3", "diff?from=3&to=1" })
            await ShouldBeDamaged($"{id}/{asked}", "version 2 ");
    }

    [Fact]
    public async Task Behind_one_that_is_missing_no_state_is_told_and_versions_keep_their_numbers()
    {
        var id = await Life();
        await App.Run($"delete from event_store.events where stream_id = '{id}' and version = 2");

        (await Ask(Auditor, $"/api/audit/sessions/{id}/state?version=1")).GetProperty("version").GetInt32().ShouldBe(1);
        await ShouldBeDamaged($"{id}/state?version=2", "version 2 is missing");
        await ShouldBeDamaged($"{id}/state?version=3", "version 2 is missing");
        (await Auditor.GetAsync($"/api/audit/sessions/{id}/state?version=4")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_life_is_told_as_far_as_it_can_be_with_the_fault()
    {
        var id = await Damaged("metadata = '[]'", version: 2);

        var life = await Ask(Auditor, $"/api/audit/sessions/{id}");

        life.GetProperty("state").GetString().ShouldBe("deleted");
        life.GetProperty("fault").GetString().ShouldStartWith("version 2 cannot be read");
    }

    [Fact]
    public async Task A_life_without_a_beginning_is_not_told_and_hides_no_other()
    {
        var (id, other) = (await Ana.CreateSession(App.ItemId), await Ana.CreateSession(App.ItemId));
        await App.Followed();
        await App.Run($"update event_store.events set data = '{{}}' where stream_id = '{id}'");

        await ShouldBeDamaged(id, "version 1 cannot be read");
        var sessions = await Ask(Auditor, $"/api/audit/users/ana/sessions?at={await App.Now():yyyy-MM-ddTHH:mm:ss.ffffffZ}");

        sessions.GetProperty("sessions").EnumerateArray().Select(one => one.GetProperty("session").GetString()).ShouldContain(other);
        sessions.GetProperty("faults").EnumerateArray().Select(fault => fault.GetString()!)
            .ShouldContain(fault => fault.StartsWith($"Session {id}: version 1 cannot be read", StringComparison.Ordinal));
    }

    async Task ShouldBeDamaged(string asked, string says)
    {
        using var answer = await Auditor.GetAsync($"/api/audit/sessions/{asked}");

        answer.StatusCode.ShouldBe(HttpStatusCode.InternalServerError, asked);
        var text = await answer.Content.ReadAsStringAsync();
        text.ShouldContain("is damaged, and does not tell this");
        text.ShouldContain(says);
    }

    async Task<string> Damaged(string damage, int version)
    {
        var id = await Life();
        await App.Run($"update event_store.events set {damage} where stream_id = '{id}' and version = {version}");
        return id;
    }

    /// <summary>Three events.</summary>
    async Task<string> Life()
    {
        var id = await Ana.CreateSession(App.ItemId);
        (await Ana.Act(id, "keep-alive", """{"progress":40}""")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await Ana.DeleteAsync(Paths.One(id))).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        return id;
    }
}
