using System.Net;

namespace Sessions.Tests.Api;

/// <summary>Answers of many pages.</summary>
public sealed class AuditPageTests(AuditApp app) : AuditQuestions(app)
{
    [Fact]
    public async Task Pages_lead_to_each_other_by_their_cursors()
    {
        for (var i = 0; i < 5; i++)
            await Ana.CreateSession(App.Item("installer"));
        await App.Followed();

        var (numbers, cursor) = (new List<long>(), "");
        do
        {
            var page = await Ask(Auditor, $"{Events}?item={App.Item("installer")}&type=session_created&limit=2{cursor}");
            numbers.AddRange(page.GetProperty("events").EnumerateArray().Select(one => one.GetProperty("number").GetInt64()));
            cursor = page.TryGetProperty("next_cursor", out var next) ? "&cursor=" + next.GetString() : "";
        }
        while (cursor.Length > 0);

        numbers.Count.ShouldBe(5);
        numbers.ShouldBeUnique();
    }

    [Fact]
    public async Task A_cursor_leads_on_in_its_own_query_alone()
    {
        for (var i = 0; i < 2; i++)
            await Ana.CreateSession(App.ItemId);
        await App.Followed();
        for (var i = 0; i < 3; i++)
            await Ask(Auditor, Events + "?limit=1");
        var events = (await Ask(Auditor, $"{Events}?limit=1&owner=ana")).GetProperty("next_cursor").GetString();
        var looks = (await Ask(Auditor, "/api/audit/looks?limit=1")).GetProperty("next_cursor").GetString();

        await Ask(Auditor, $"{Events}?limit=5&owner=ana&order=newest&cursor={events}");
        foreach (var other in new[] { "", "owner=bo&", "owner=ana&order=oldest&", "owner=ana&from=2026-01-01&", "owner=ana&type=session_created&" })
            await (await Auditor.GetAsync($"{Events}?{other}cursor={events}")).ShouldBe(HttpStatusCode.BadRequest, "INVALID_ARGUMENT");
        await (await Auditor.GetAsync($"{Events}?cursor={looks}")).ShouldBe(HttpStatusCode.BadRequest, "INVALID_ARGUMENT");
        await Ask(Auditor, $"/api/audit/looks?cursor={looks}");
        await (await Auditor.GetAsync($"/api/audit/looks?user=ana&cursor={looks}")).ShouldBe(HttpStatusCode.BadRequest, "INVALID_ARGUMENT");
    }

    [Fact]
    public async Task Minutes_lead_on_and_the_first_one_is_whole()
    {
        await Ana.CreateSession(App.ItemId);
        await App.Run("""
            with copied as (
                insert into event_store.events
                    (recorded_at, stream_id, owner, version, command_id, type, schema, data, metadata)
                select '2001-01-01 00:00:30Z'::timestamptz + n * interval '1 minute', gen_random_uuid(), 'past', 1, gen_random_uuid(), 'session_canceled', 1, '{}', '{"origin":"test"}'
                from generate_series(0, 2) as n returning 1)
            select count(*) from copied
            """);
        await App.Followed();

        var page = await Ask(Auditor, "/api/audit/activity?from=2001-01-01T00:00:45Z&to=2001-01-02&limit=2");
        page.GetProperty("minutes")[0].GetProperty("minute").GetString().ShouldBe("2001-01-01T00:00:00Z");
        page.GetProperty("minutes").GetArrayLength().ShouldBe(2);

        page = await Ask(Auditor, $"/api/audit/activity?from={page.GetProperty("next_from").GetString()}&to=2001-01-02&limit=2");
        page.GetProperty("minutes")[0].GetProperty("minute").GetString().ShouldBe("2001-01-01T00:02:00Z");
        page.TryGetProperty("next_from", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_users_sessions_lead_on_by_their_cursors()
    {
        for (var i = 0; i < 3; i++)
            await Ana.CreateSession(App.ItemId);
        await App.Followed();

        var (ids, cursor) = (new List<string>(), "");
        do
        {
            var page = await Ask(Auditor, $"/api/audit/users/ana/sessions?at=2999-01-01&limit=2{cursor}");
            page.GetProperty("sessions").GetArrayLength().ShouldBeLessThanOrEqualTo(2);
            ids.AddRange(page.GetProperty("sessions").EnumerateArray().Select(one => one.GetProperty("session").GetString()!));
            cursor = page.TryGetProperty("next_cursor", out var next) ? "&cursor=" + next.GetString() : "";
        }
        while (cursor.Length > 0);

        ids.ShouldBeUnique();
        ids.Count.ShouldBe(await App.Ask<int>("""
            select count(*) filter (where type = 'session_created') - count(*) filter (where type = 'session_deleted')
            from event_store.events where owner = 'ana'
            """));
    }
}
