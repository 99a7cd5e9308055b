using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Domain;
using Sessions.Storage.Commands;
using Sessions.Storage.Log;
using Sessions.Tests.Fixtures;
using static Sessions.Domain.SessionCommand;

namespace Sessions.Tests.Api;

/// <summary>The whole life of a session in one answer.</summary>
public sealed class AuditLifeTests(AuditApp app) : AuditQuestions(app)
{
    [Theory]
    [InlineData(Ids.Unknown)]
    [InlineData("x")]
    public async Task A_session_that_never_was_has_no_life(string id) =>
        await (await Auditor.GetAsync($"/api/audit/sessions/{id}")).ShouldBe(HttpStatusCode.NotFound, "NOT_FOUND");

    [Fact]
    public async Task A_session_s_life_is_told_in_one_object()
    {
        var id = await Ana.CreateSession(App.ItemId);
        await Ana.Act(id, "fail", """{"client_error_message":"disk full"}""");
        await Admin.DeleteAsync(Paths.One(id));

        var life = await Ask(Auditor, $"/api/audit/sessions/{id}");

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
    public async Task What_had_left_of_a_session_that_was_deleted_before_the_end_of_its_transfer_was_recorded_is_told()
    {
        var id = await Ana.CreateSession(App.ItemId);
        var file = (await Ask(Auditor, $"/api/audit/sessions/{id}")).GetProperty("files")[0];
        var (name, size) = (file.GetProperty("name").GetString()!, file.GetProperty("size").GetInt64());
        var whole = new RecordTransfer(Guid.CreateVersion7(), name, new ByteRange(0, size), TransferStep.Started);
        await Send(whole);
        await (await Ana.DeleteAsync(Paths.One(id))).ShouldBeDone();
        await Send(whole with { Step = TransferStep.Finished });

        var life = await Ask(Auditor, $"/api/audit/sessions/{id}");

        (life.GetProperty("state").GetString(), life.GetProperty("bytes_sent").GetInt64()).ShouldBe(("deleted", size));
        var told = life.GetProperty("files")[0];
        (told.GetProperty("transfers").GetInt32(), told.GetProperty("complete").GetBoolean()).ShouldBe((1, true));
        life.TryGetProperty("fault", out _).ShouldBeFalse();

        async Task Send(SessionCommand command) =>
            (await App.Services.GetRequiredService<GroupCommit>().Submit(
                new SessionAddress(new SessionId(Guid.Parse(id)), "ana"), command, new Provenance("test", "ana"), CancellationToken.None)).ShouldBeAccepted();
    }

    [Fact]
    public async Task A_user_s_sessions_are_told_as_they_were()
    {
        var early = await Ana.CreateSession(App.ItemId);
        var first = await App.Now();
        await App.WaitUntil(first);
        var late = await Ana.CreateSession(App.ItemId);
        await Ana.Act(early, "cancel");
        var second = await App.Now();
        await App.WaitUntil(second);
        await Ana.DeleteAsync(Paths.One(early));
        await App.Followed();

        (await StatesAt(first)).ShouldContain((early, "active"));
        (await StatesAt(first)).ShouldNotContain(state => state.Id == late);
        (await StatesAt(second)).ShouldContain((early, "canceled"));
        (await StatesAt(second)).ShouldContain((late, "active"));
        var now = await StatesAt(await App.Now());
        now.ShouldNotContain(state => state.Id == early);
        now.ShouldContain((late, "active"));
    }

    [Fact]
    public async Task How_much_happened_is_told_by_the_minute()
    {
        for (var i = 0; i < 3; i++)
            await Ana.Act(await Ana.CreateSession(App.ItemId), "cancel");
        await App.Followed();

        var told = (await Ask(Auditor, "/api/audit/activity?limit=1000")).GetProperty("minutes").EnumerateArray()
            .Select(minute => $"{minute.GetProperty("minute")} {minute.GetProperty("created")} {minute.GetProperty("canceled")}");

        string.Join('|', told.Where(minute => !minute.EndsWith(" 0 0", StringComparison.Ordinal))).ShouldBe(await App.Ask<string>("""
            select string_agg(concat_ws(' ', to_char(minute, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), created, canceled), '|' order by minute)
            from (
                select date_trunc('minute', recorded_at at time zone 'UTC') as minute,
                       count(*) filter (where type = 'session_created') as created,
                       count(*) filter (where type = 'session_canceled') as canceled
                from event_store.events
                where type in ('session_created', 'session_canceled')
                group by 1
            ) as minutes
            """));
    }

    async Task<List<(string Id, string State)>> StatesAt(DateTimeOffset at) =>
    [
        .. (await Ask(Auditor, $"/api/audit/users/ana/sessions?at={at.UtcDateTime:yyyy-MM-ddTHH:mm:ss.ffffffZ}"))
            .GetProperty("sessions").EnumerateArray()
            .Select(one => (one.GetProperty("session").GetString()!, one.GetProperty("state").GetString()!)),
    ];
}
