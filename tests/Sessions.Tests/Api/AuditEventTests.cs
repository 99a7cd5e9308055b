using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Sessions.Tests.Api;

/// <summary>The events of the record, as a page or as a stream of lines without a limit.</summary>
public sealed class AuditEventTests(AuditApp app) : AuditQuestions(app)
{
    [Fact]
    public async Task An_auditor_finds_who_did_what_after_the_session_is_gone()
    {
        var id = await Ana.CreateSession(App.ItemId);
        (await Ana.Act(id, "keep-alive", """{"progress":40}""")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await Admin.DeleteAsync(Paths.One(id))).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await App.Followed();

        var page = await Ask(Auditor, $"{Events}?session={id}&order=oldest");

        page.TryGetProperty("next_cursor", out _).ShouldBeFalse();
        var events = page.GetProperty("events").EnumerateArray().ToArray();
        events.Select(one => one.GetProperty("type").GetString())
            .ShouldBe(["session_created", "session_kept_alive", "session_deleted"]);
        events.Select(one => one.GetProperty("actor").GetString()).ShouldBe(["ana", "ana", "admin"]);
        events.ShouldAllBe(one => one.GetProperty("owner").GetString() == "ana" && one.GetProperty("item").GetString() == App.ItemId);
        events[2].GetProperty("reason").GetString().ShouldBe("requested");
        events[2].GetProperty("origin").GetString().ShouldBe("api delete");
        events[1].GetProperty("data").GetProperty("progress").GetInt32().ShouldBe(40);
    }

    [Fact]
    public async Task An_address_is_found_in_whichever_form_it_is_asked_for_and_was_recorded()
    {
        await App.Run("""
            insert into event_store.events (recorded_at, stream_id, owner, version, command_id, type, schema, data, metadata)
            select now(), gen_random_uuid(), 'far', 1, gen_random_uuid(), 'session_canceled', 1, '{}',
                   jsonb_build_object('origin', 'test', 'address', address)
            from unnest(array['192.0.2.1', '::ffff:192.0.2.1', '192.0.2.2', '2001:db8::1']) as address
            """);
        await App.Followed();

        foreach (var (asked, count) in new[] { ("192.0.2.1", 2), ("::ffff:192.0.2.1", 2), ("::FFFF:c000:201", 2), ("2001:DB8:0:0::1", 1), ("192.0.2.3", 0) })
            (await Ask(Auditor, $"{Events}?address={asked}")).GetProperty("events").GetArrayLength().ShouldBe(count, asked);
    }

    [Fact]
    public async Task A_question_whose_connection_breaks_is_answered_that_the_service_is_unavailable()
    {
        await using var connection = new NpgsqlConnection(App.ConnectionString);
        await connection.OpenAsync();
        await using var holding = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand("lock table read_models.audit_trail", connection, holding);
        await command.ExecuteNonQueryAsync();

        var answer = Auditor.GetAsync($"{Events}?owner=nobody");
        await App.Until($"""
            exists (select pg_terminate_backend(pid) from pg_locks
                where database = (select oid from pg_database where datname = current_database())
                  and relation = 'read_models.audit_trail'::regclass and mode = 'AccessShareLock' and not granted)
            """);

        await (await answer).ShouldBe(HttpStatusCode.ServiceUnavailable, "SERVICE_UNAVAILABLE");
    }

    [Fact]
    public async Task Everything_comes_as_lines_to_whoever_asks_for_lines()
    {
        for (var i = 0; i < 3; i++)
            await Ana.CreateSession(App.ItemId);
        await App.Followed();
        var request = new HttpRequestMessage(HttpMethod.Get, $"{Events}?owner=ana&order=oldest");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/x-ndjson"));

        using var answer = await Auditor.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/x-ndjson");
        var lines = (await answer.Content.ReadAsStringAsync()).TrimEnd('\n').Split('\n');
        lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("owner").GetString()).ShouldAllBe(owner => owner == "ana");
        lines.Length.ShouldBe(await App.Ask<int>("select count(*) from read_models.audit_trail where owner = 'ana'"));
    }

    [Fact]
    public async Task Data_that_somebody_has_broken_into_lines_breaks_no_line()
    {
        var id = await Ana.CreateSession(App.ItemId);
        await App.Followed();
        await App.Run($"update event_store.events set data = E'{{\\n\"x\":\\r\\n1}}' where stream_id = '{id}'");
        var request = new HttpRequestMessage(HttpMethod.Get, $"{Events}?session={id}");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/x-ndjson"));

        using var answer = await Auditor.SendAsync(request);

        var line = JsonDocument.Parse((await answer.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldHaveSingleItem());
        line.RootElement.GetProperty("data").GetString().ShouldBe("{\n\"x\":\r\n1}");
    }

    [Fact]
    public async Task Whoever_asks_for_some_lines_gets_no_more()
    {
        for (var i = 0; i < 3; i++)
            await Ana.CreateSession(App.ItemId);
        await App.Followed();
        var request = new HttpRequestMessage(HttpMethod.Get, $"{Events}?owner=ana&limit=2");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/x-ndjson"));

        using var answer = await Auditor.SendAsync(request);

        (await answer.Content.ReadAsStringAsync()).Count(character => character == '\n').ShouldBe(2);
    }

    [Fact]
    public async Task Whoever_says_that_he_does_not_take_lines_gets_a_page()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, Events);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/x-ndjson", 0));

        using var answer = await Auditor.SendAsync(request);

        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
    }

    [Fact]
    public async Task A_client_who_goes_ends_what_he_asked_for()
    {
        // More than sockets and buffers hold, so that the server is still sending when the client disconnects.
        await App.Run("""
            with copied as (
                insert into event_store.events
                    (recorded_at, stream_id, owner, version, command_id, type, schema, data, metadata)
                select now(), gen_random_uuid(), 'copied', 1, gen_random_uuid(), 'session_canceled', 1, '{}', '{"origin":"test"}'
                from generate_series(1, 40000) returning 1)
            select count(*) from copied
            """);
        await App.Followed();
        var request = new HttpRequestMessage(HttpMethod.Get, $"{Events}?owner=copied");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/x-ndjson"));
        using (var answer = await Auditor.SendAsync(request, HttpCompletionOption.ResponseHeadersRead))
        await using (var lines = await answer.Content.ReadAsStreamAsync())
            (await lines.ReadAsync(new byte[1000])).ShouldBeGreaterThan(0);

        // Nothing of the request is left: neither a running statement nor an error.
        await App.Until("not exists (select from pg_stat_activity where application_name like 'sessions%' and state = 'active' and datname = current_database())");
        App.Logs!.Of(LogLevel.Error).ShouldBeEmpty();
    }
}
