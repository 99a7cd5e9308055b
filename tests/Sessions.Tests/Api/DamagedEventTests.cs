using System.Net;

namespace Sessions.Tests.Api;

/// <summary>An event is damaged. Queries that do not need it are answered, and the others report the damage.</summary>
public sealed class DamagedEventTests(AuditApp app) : AuditQuestions(app)
{
    [Fact]
    public async Task It_stands_among_the_events_as_it_is_with_its_fault()
    {
        var id = await Damaged("data = '{\"x\":1}'", version: 2);

        var events = (await Ask(Auditor, $"/api/audit/sessions/{id}/events")).GetProperty("events");

        events.EnumerateArray().Select(one => one.TryGetProperty("fault", out _)).ShouldBe([false, true, false]);
        events[1].GetProperty("fault").GetString().ShouldStartWith("It cannot be read: ");
        events[1].GetProperty("data").GetString().ShouldBe("""{"x":1}""");
    }

    [Theory]
    [InlineData("data = '{}'")]
    [InlineData("type = 'session_exploded'")]
    public async Task States_are_told_before_it_and_not_behind_it(string damage)
    {
        var id = await Damaged(damage, version: 2);

        (await Ask(Auditor, $"/api/audit/sessions/{id}/state?version=1")).GetProperty("version").GetInt32().ShouldBe(1);
        (await Ask(Auditor, $"/api/audit/sessions/{id}/diff?from=0&to=1")).GetProperty("to").GetInt32().ShouldBe(1);
        foreach (var asked in new[] { "state", "state?version=2", "state?version=3", "diff?from=1&to=3", "diff?from=3&to=1" })
            await ShouldBeDamaged($"{id}/{asked}", "version 2 ");
    }

    [Fact]
    public async Task That_its_time_is_another_leaves_states_what_they_are_and_is_told_of_the_life()
    {
        var id = await Damaged("recorded_at = recorded_at - interval '1 hour'", version: 2);

        (await Ask(Auditor, $"/api/audit/sessions/{id}/state")).GetProperty("version").GetInt32().ShouldBe(3);
        (await Ask(Auditor, $"/api/audit/sessions/{id}")).GetProperty("fault").GetString().ShouldBe("version 2 was recorded before version 1");
    }

    [Fact]
    public async Task At_a_time_before_which_one_may_be_missing_nothing_is_told()
    {
        var id = await Life();
        var kept = (await Ask(Auditor, $"/api/audit/sessions/{id}/events")).GetProperty("events")[1].GetProperty("at").GetString();
        await Followed(id, 3);
        await App.Run($"delete from event_store.events where stream_id = '{id}' and version = 2");

        await ShouldBeDamaged($"{id}/state?at={kept}", "version 2 is missing");
        var sessions = await Ask(Auditor, $"/api/audit/users/ana/sessions?at={kept}");

        sessions.GetProperty("sessions").EnumerateArray().Single(one => one.GetProperty("session").GetString() == id)
            .GetProperty("fault").GetString().ShouldBe("version 2 is missing");
    }

    [Fact]
    public async Task A_session_whose_events_are_all_gone_is_not_one_that_never_was()
    {
        var (id, other) = (await Ana.CreateSession(App.ItemId), await Ana.CreateSession(App.ItemId));
        await Followed(other, 1);
        await App.Run($"delete from event_store.events where stream_id = '{id}'");

        foreach (var asked in new[] { id, $"{id}/state", $"{id}/state?version=1", $"{id}/diff?from=0&to=1" })
            await ShouldBeDamaged(asked, "the log has no event of it any more");
        var sessions = await Ask(Auditor, $"/api/audit/users/ana/sessions?at={await App.Now():yyyy-MM-ddTHH:mm:ss.ffffffZ}");

        sessions.GetProperty("sessions").EnumerateArray().Select(one => one.GetProperty("session").GetString()).ShouldContain(other);
        sessions.GetProperty("faults").EnumerateArray().Select(fault => fault.GetString())
            .ShouldContain($"Session {id}: the log has no event of it any more");
    }

    [Fact]
    public async Task Who_began_a_session_is_not_told_where_that_is_damaged_and_is_nobody_else()
    {
        var id = await Damaged("metadata = '[]'", version: 1);

        var life = await Ask(Auditor, $"/api/audit/sessions/{id}");

        life.TryGetProperty("created_by", out _).ShouldBeFalse();
        life.GetProperty("fault").GetString().ShouldStartWith("version 1 cannot be read");
        life.GetProperty("deleted").GetProperty("by").GetProperty("actor").GetString().ShouldBe("ana");
    }

    [Fact]
    public async Task In_the_listing_it_has_its_fault_whatever_it_is()
    {
        var id = await Life();
        await Followed(id, 3);
        await App.Run($"update event_store.events set data = '{{\"x\":1}}' where stream_id = '{id}'");

        var events = (await Ask(Auditor, $"{Events}?session={id}")).GetProperty("events");

        events.GetArrayLength().ShouldBe(3);
        events.EnumerateArray().ShouldAllBe(one => one.GetProperty("fault").GetString()!.StartsWith("It cannot be read: "));
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
        await Followed(other, 1);
        await App.Run($"update event_store.events set data = '{{}}' where stream_id = '{id}'");

        await ShouldBeDamaged(id, "version 1 cannot be read");
        var sessions = await Ask(Auditor, $"/api/audit/users/ana/sessions?at={await App.Now():yyyy-MM-ddTHH:mm:ss.ffffffZ}");

        sessions.GetProperty("sessions").EnumerateArray().Select(one => one.GetProperty("session").GetString()).ShouldContain(other);
        sessions.GetProperty("faults").EnumerateArray().Select(fault => fault.GetString()!)
            .ShouldContain(fault => fault.StartsWith($"Session {id}: version 1 cannot be read", StringComparison.Ordinal));
    }

    /// <summary>
    /// Waits until the trail has this many events of a session. Total counts show nothing, because tests remove events.
    /// </summary>
    Task Followed(string id, int events) =>
        App.Until($"(select count(*) = {events} from read_models.audit_trail where session = '{id}')");

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
}
