using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Sessions.Tests.Api;

public sealed class AuditTests(AuditApp app) : IClassFixture<AuditApp>, IAsyncLifetime
{
    const string Events = "/api/audit/events";

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
    public async Task An_auditor_finds_who_did_what_after_the_session_is_gone()
    {
        var id = await ana.CreateSession(app.ItemId);
        (await ana.Act(id, "keep-alive", """{"progress":40}""")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await admin.DeleteAsync(Paths.One(id))).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await app.Followed();

        var page = await Ask(auditor, $"{Events}?session={id}&order=oldest");

        page.TryGetProperty("next_cursor", out _).ShouldBeFalse();
        var events = page.GetProperty("events").EnumerateArray().ToArray();
        events.Select(one => one.GetProperty("type").GetString())
            .ShouldBe(["session_created", "session_kept_alive", "session_deleted"]);
        events.Select(one => one.GetProperty("actor").GetString()).ShouldBe(["ana", "ana", "admin"]);
        events.ShouldAllBe(one => one.GetProperty("owner").GetString() == "ana" && one.GetProperty("item").GetString() == app.ItemId);
        events[2].GetProperty("reason").GetString().ShouldBe("requested");
        events[2].GetProperty("origin").GetString().ShouldBe("api delete");
        events[1].GetProperty("data").GetProperty("progress").GetInt32().ShouldBe(40);
    }

    [Fact]
    public async Task Pages_lead_to_each_other_by_their_cursors()
    {
        for (var i = 0; i < 5; i++)
            await ana.CreateSession(app.Item("installer"));
        await app.Followed();

        var (numbers, cursor) = (new List<long>(), "");
        do
        {
            var page = await Ask(auditor, $"{Events}?item={app.Item("installer")}&type=session_created&limit=2{cursor}");
            numbers.AddRange(page.GetProperty("events").EnumerateArray().Select(one => one.GetProperty("number").GetInt64()));
            cursor = page.TryGetProperty("next_cursor", out var next) ? "&cursor=" + next.GetString() : "";
        }
        while (cursor.Length > 0);

        numbers.Count.ShouldBe(5);
        numbers.ShouldBeUnique();
    }

    [Fact]
    public async Task An_address_is_found_in_whichever_form_it_is_asked_for_and_was_recorded()
    {
        await app.Run("""
            insert into event_store.events (recorded_at, stream_id, owner, version, command_id, type, schema, data, metadata)
            select now(), gen_random_uuid(), 'far', 1, gen_random_uuid(), 'session_canceled', 1, '{}',
                   jsonb_build_object('origin', 'test', 'address', address)
            from unnest(array['192.0.2.1', '::ffff:192.0.2.1', '192.0.2.2', '2001:db8::1']) as address
            """);
        await app.Followed();

        foreach (var (asked, count) in new[] { ("192.0.2.1", 2), ("::ffff:192.0.2.1", 2), ("::FFFF:c000:201", 2), ("2001:DB8:0:0::1", 1), ("192.0.2.3", 0) })
            (await Ask(auditor, $"{Events}?address={asked}")).GetProperty("events").GetArrayLength().ShouldBe(count, asked);
    }

    [Fact]
    public async Task A_cursor_leads_on_in_its_own_query_alone()
    {
        for (var i = 0; i < 2; i++)
            await ana.CreateSession(app.ItemId);
        await app.Followed();
        for (var i = 0; i < 3; i++)
            await Ask(auditor, Events + "?limit=1");
        var events = (await Ask(auditor, $"{Events}?limit=1&owner=ana")).GetProperty("next_cursor").GetString();
        var looks = (await Ask(auditor, "/api/audit/looks?limit=1")).GetProperty("next_cursor").GetString();

        await Ask(auditor, $"{Events}?limit=5&owner=ana&order=newest&cursor={events}");
        foreach (var other in new[] { "", "owner=bo&", "owner=ana&order=oldest&", "owner=ana&from=2026-01-01&", "owner=ana&type=session_created&" })
            await (await auditor.GetAsync($"{Events}?{other}cursor={events}")).ShouldBe(HttpStatusCode.BadRequest, "INVALID_ARGUMENT");
        await (await auditor.GetAsync($"{Events}?cursor={looks}")).ShouldBe(HttpStatusCode.BadRequest, "INVALID_ARGUMENT");
        await Ask(auditor, $"/api/audit/looks?cursor={looks}");
        await (await auditor.GetAsync($"/api/audit/looks?user=ana&cursor={looks}")).ShouldBe(HttpStatusCode.BadRequest, "INVALID_ARGUMENT");
    }

    [Fact]
    public async Task A_question_whose_connection_breaks_is_answered_that_the_service_is_unavailable()
    {
        await using var connection = new NpgsqlConnection(app.ConnectionString);
        await connection.OpenAsync();
        await using var holding = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand("lock table read_models.audit_trail", connection, holding);
        await command.ExecuteNonQueryAsync();

        var answer = auditor.GetAsync($"{Events}?owner=nobody");
        await app.Until($"""
            exists (select pg_terminate_backend(pid) from pg_stat_activity
                where datname = current_database() and wait_event_type = 'Lock' and query like '%$14%')
            """);

        await (await answer).ShouldBe(HttpStatusCode.ServiceUnavailable, "SERVICE_UNAVAILABLE");
    }

    [Fact]
    public async Task Whoever_says_that_he_does_not_take_lines_gets_a_page()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, Events);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/x-ndjson", 0));

        using var answer = await auditor.SendAsync(request);

        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
    }

    [Fact]
    public async Task Everything_comes_as_lines_to_whoever_asks_for_lines()
    {
        for (var i = 0; i < 3; i++)
            await ana.CreateSession(app.ItemId);
        await app.Followed();
        var request = new HttpRequestMessage(HttpMethod.Get, $"{Events}?owner=ana&order=oldest");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/x-ndjson"));

        using var answer = await auditor.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/x-ndjson");
        var lines = (await answer.Content.ReadAsStringAsync()).TrimEnd('\n').Split('\n');
        lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("owner").GetString()).ShouldAllBe(owner => owner == "ana");
        lines.Length.ShouldBe(await app.Ask<int>("select count(*) from read_models.audit_trail where owner = 'ana'"));
    }

    [Fact]
    public async Task Whoever_asks_for_some_lines_gets_no_more()
    {
        for (var i = 0; i < 3; i++)
            await ana.CreateSession(app.ItemId);
        await app.Followed();
        var request = new HttpRequestMessage(HttpMethod.Get, $"{Events}?owner=ana&limit=2");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/x-ndjson"));

        using var answer = await auditor.SendAsync(request);

        (await answer.Content.ReadAsStringAsync()).Count(character => character == '\n').ShouldBe(2);
    }

    [Fact]
    public async Task Minutes_lead_on_and_the_first_one_is_whole()
    {
        await ana.CreateSession(app.ItemId);
        await app.Run("""
            with copied as (
                insert into event_store.events
                    (recorded_at, stream_id, owner, version, command_id, type, schema, data, metadata)
                select '2001-01-01 00:00:30Z'::timestamptz + n * interval '1 minute', gen_random_uuid(), 'past', 1, gen_random_uuid(), 'session_canceled', 1, '{}', '{"origin":"test"}'
                from generate_series(0, 2) as n returning 1)
            select count(*) from copied
            """);
        await app.Followed();

        var page = await Ask(auditor, "/api/audit/activity?from=2001-01-01T00:00:45Z&to=2001-01-02&limit=2");
        page.GetProperty("minutes")[0].GetProperty("minute").GetString().ShouldBe("2001-01-01T00:00:00Z");
        page.GetProperty("minutes").GetArrayLength().ShouldBe(2);

        page = await Ask(auditor, $"/api/audit/activity?from={page.GetProperty("next_from").GetString()}&to=2001-01-02&limit=2");
        page.GetProperty("minutes")[0].GetProperty("minute").GetString().ShouldBe("2001-01-01T00:02:00Z");
        page.TryGetProperty("next_from", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_users_sessions_lead_on_by_their_cursors()
    {
        for (var i = 0; i < 3; i++)
            await ana.CreateSession(app.ItemId);
        await app.Followed();

        var (ids, cursor) = (new List<string>(), "");
        do
        {
            var page = await Ask(auditor, $"/api/audit/users/ana/sessions?at=2999-01-01&limit=2{cursor}");
            page.GetProperty("sessions").GetArrayLength().ShouldBeLessThanOrEqualTo(2);
            ids.AddRange(page.GetProperty("sessions").EnumerateArray().Select(one => one.GetProperty("session").GetString()!));
            cursor = page.TryGetProperty("next_cursor", out var next) ? "&cursor=" + next.GetString() : "";
        }
        while (cursor.Length > 0);

        ids.ShouldBeUnique();
        ids.Count.ShouldBe(await app.Ask<int>("""
            select count(*) filter (where type = 'session_created') - count(*) filter (where type = 'session_deleted')
            from event_store.events where owner = 'ana'
            """));
    }

    [Fact]
    public async Task A_client_who_goes_ends_what_he_asked_for()
    {
        // More than what sockets and buffers hold, so that the server is not done when the client goes.
        await app.Run("""
            with copied as (
                insert into event_store.events
                    (recorded_at, stream_id, owner, version, command_id, type, schema, data, metadata)
                select now(), gen_random_uuid(), 'copied', 1, gen_random_uuid(), 'session_canceled', 1, '{}', '{"origin":"test"}'
                from generate_series(1, 40000) returning 1)
            select count(*) from copied
            """);
        await app.Followed();
        var request = new HttpRequestMessage(HttpMethod.Get, $"{Events}?owner=copied");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/x-ndjson"));
        using (var answer = await auditor.SendAsync(request, HttpCompletionOption.ResponseHeadersRead))
        await using (var lines = await answer.Content.ReadAsStreamAsync())
            (await lines.ReadAsync(new byte[1000])).ShouldBeGreaterThan(0);

        // Nothing is left of it: neither a statement that runs, nor an error.
        await app.Until("not exists (select from pg_stat_activity where application_name like 'sessions%' and state = 'active' and datname = current_database())");
        app.Logs!.Of(LogLevel.Error).ShouldBeEmpty();
    }

    [Fact]
    public async Task Whoever_is_no_auditor_sees_his_own_sessions()
    {
        var hers = await ana.CreateSession(app.ItemId);
        var his = await admin.CreateSession(app.ItemId);
        await app.Followed();

        foreach (var query in new[] { "", "?limit=1000", "?owner=ana" })
        {
            var events = (await Ask(ana, Events + query)).GetProperty("events").EnumerateArray().ToArray();
            events.ShouldAllBe(one => one.GetProperty("owner").GetString() == "ana");
            events.ShouldNotBeEmpty();
        }

        (await Ask(ana, $"{Events}?session={his}")).GetProperty("events").GetArrayLength().ShouldBe(0);
        (await Ask(ana, $"/api/audit/sessions/{hers}")).GetProperty("session").GetString().ShouldBe(hers);
        await (await ana.GetAsync($"{Events}?owner=admin")).ShouldBe(HttpStatusCode.Forbidden, "UNAUTHORIZED");
        await (await ana.GetAsync($"/api/audit/sessions/{his}")).ShouldBe(HttpStatusCode.NotFound, "NOT_FOUND");
        await (await ana.GetAsync("/api/audit/users/admin/sessions?at=2026-01-01")).ShouldBe(HttpStatusCode.Forbidden, "UNAUTHORIZED");
        await (await ana.GetAsync("/api/audit/looks")).ShouldBe(HttpStatusCode.Forbidden, "UNAUTHORIZED");
        await (await ana.GetAsync("/api/audit/activity")).ShouldBe(HttpStatusCode.Forbidden, "UNAUTHORIZED");
        // To remove sessions is not to read the record: an administrator needs the other role as well.
        await (await admin.GetAsync($"{Events}?owner=ana")).ShouldBe(HttpStatusCode.Forbidden, "UNAUTHORIZED");
    }

    [Theory]
    [InlineData("/api/audit/events")]
    [InlineData("/api/audit/sessions/" + Ids.Unknown)]
    [InlineData("/api/audit/users/ana/sessions?at=2026-01-01")]
    [InlineData("/api/audit/activity")]
    [InlineData("/api/audit/looks")]
    public async Task Whoever_is_not_logged_in_sees_nothing(string path)
    {
        using var nobody = app.CreateClient();

        await (await nobody.GetAsync(path)).ShouldBe(HttpStatusCode.Unauthorized, "UNAUTHENTICATED");
    }

    [Theory]
    [InlineData("events?ownr=ana")]
    [InlineData("events?type=session_vanished")]
    [InlineData("events?reason=why")]
    [InlineData("events?session=x")]
    [InlineData("events?item=x")]
    [InlineData("events?trace=x")]
    [InlineData("events?from=yesterday")]
    [InlineData("events?to=24.11.2026")]
    [InlineData("events?order=random")]
    [InlineData("events?limit=0")]
    [InlineData("events?limit=1001")]
    [InlineData("events?limit=many")]
    [InlineData("events?cursor=x")]
    [InlineData("events?address=1.2.3")]
    [InlineData("events?address=010.0.0.1")]
    [InlineData("events?address=localhost")]
    [InlineData("users/ana/sessions")]
    [InlineData("users/ana/sessions?at=now")]
    [InlineData("users/ana/sessions?at=2026-01-01&limit=0")]
    [InlineData("users/ana/sessions?at=2026-01-01&cursor=x")]
    [InlineData("looks?owner=ana")]
    [InlineData("events?owner=a%00b")]
    [InlineData("events?actor=%00")]
    [InlineData("looks?user=a%00b")]
    [InlineData("events?owner=")]
    [InlineData("events?owner")]
    [InlineData("events?type=")]
    [InlineData("events?session=")]
    [InlineData("events?from=&to=")]
    [InlineData("events?owner=ana&owner=bo")]
    [InlineData("events?owner=&owner=bo")]
    [InlineData("events?owner=ana&Owner=bo")]
    [InlineData("activity?from=")]
    [InlineData("looks?user=")]
    [InlineData("looks?user=ana&user=bo")]
    [InlineData("users/ana/sessions?at=2026-01-01&at=2026-01-02")]
    [InlineData("sessions/" + Ids.Unknown + "?session=")]
    [InlineData("sessions/" + Ids.Unknown + "/state?version=")]
    [InlineData("seals/newest?owner=")]
    public async Task What_cannot_be_asked_is_refused_and_not_passed_over(string query) =>
        await (await auditor.GetAsync("/api/audit/" + query)).ShouldBe(HttpStatusCode.BadRequest, "INVALID_ARGUMENT");

    [Theory]
    [InlineData(Ids.Unknown)]
    [InlineData("x")]
    public async Task A_session_that_never_was_has_no_life(string id) =>
        await (await auditor.GetAsync($"/api/audit/sessions/{id}")).ShouldBe(HttpStatusCode.NotFound, "NOT_FOUND");

    [Fact]
    public async Task A_session_s_life_is_told_in_one_object()
    {
        var id = await ana.CreateSession(app.ItemId);
        await ana.Act(id, "fail", """{"client_error_message":"disk full"}""");
        await admin.DeleteAsync(Paths.One(id));

        var life = await Ask(auditor, $"/api/audit/sessions/{id}");

        (life.GetProperty("state").GetString(), life.GetProperty("owner").GetString()).ShouldBe(("deleted", "ana"));
        var ended = life.GetProperty("ended");
        (ended.GetProperty("how").GetString(), ended.GetProperty("message").GetString(), ended.GetProperty("by").GetProperty("actor").GetString())
            .ShouldBe(("failed", "disk full", "ana"));
        var deleted = life.GetProperty("deleted");
        (deleted.GetProperty("reason").GetString(), deleted.GetProperty("by").GetProperty("actor").GetString()).ShouldBe(("requested", "admin"));
        life.GetProperty("files").GetArrayLength().ShouldBeGreaterThan(0);
        life.GetProperty("actors").EnumerateArray().Select(actor => actor.GetString()).ShouldBe(["admin", "ana"]);
    }

    [Fact]
    public async Task A_user_s_sessions_are_told_as_they_were()
    {
        var early = await ana.CreateSession(app.ItemId);
        var first = await app.Now();
        await app.WaitUntil(first);
        var late = await ana.CreateSession(app.ItemId);
        await ana.Act(early, "cancel");
        var second = await app.Now();
        await app.WaitUntil(second);
        await ana.DeleteAsync(Paths.One(early));
        await app.Followed();

        (await StatesAt(first)).ShouldContain((early, "active"));
        (await StatesAt(first)).ShouldNotContain(state => state.Id == late);
        (await StatesAt(second)).ShouldContain((early, "canceled"));
        (await StatesAt(second)).ShouldContain((late, "active"));
        var now = await StatesAt(await app.Now());
        now.ShouldNotContain(state => state.Id == early);
        now.ShouldContain((late, "active"));
    }

    [Fact]
    public async Task Whoever_looks_is_seen()
    {
        await Ask(ana, $"{Events}?limit=3&type=session_failed");

        var looks = (await Ask(auditor, "/api/audit/looks?user=ana&limit=1")).GetProperty("looks");

        var look = looks.EnumerateArray().ShouldHaveSingleItem();
        (look.GetProperty("user").GetString(), look.GetProperty("query").GetString()).ShouldBe(("ana", $"{Events}?limit=3&type=session_failed"));
        look.GetProperty("address").GetString().ShouldNotBeNullOrEmpty();
        app.Logs!.Of(LogLevel.Information).ShouldContain(line => line.StartsWith("ana looks at the record", StringComparison.Ordinal));
    }

    [Fact]
    public async Task How_much_happened_is_told_by_the_minute()
    {
        await ana.CreateSession(app.ItemId);
        await app.Followed();

        var minutes = (await Ask(auditor, "/api/audit/activity?limit=1000")).GetProperty("minutes");

        minutes.EnumerateArray().Sum(minute => minute.GetProperty("created").GetInt64())
            .ShouldBeGreaterThanOrEqualTo(1);
    }

    async Task<List<(string Id, string State)>> StatesAt(DateTimeOffset at) =>
    [
        .. (await Ask(auditor, $"/api/audit/users/ana/sessions?at={at.UtcDateTime:yyyy-MM-ddTHH:mm:ss.ffffffZ}"))
            .GetProperty("sessions").EnumerateArray()
            .Select(one => (one.GetProperty("session").GetString()!, one.GetProperty("state").GetString()!)),
    ];

    static async Task<JsonElement> Ask(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, path);
        return await answer.Json();
    }
}
