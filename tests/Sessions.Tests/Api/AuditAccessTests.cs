using System.Net;
using Microsoft.Extensions.Logging;

namespace Sessions.Tests.Api;

/// <summary>Who may query the record, and for what; and that the record shows each query.</summary>
public sealed class AuditAccessTests(AuditApp app) : AuditQuestions(app)
{
    [Fact]
    public async Task Whoever_is_no_auditor_sees_his_own_sessions()
    {
        var hers = await Ana.CreateSession(App.ItemId);
        var his = await Admin.CreateSession(App.ItemId);
        await App.Followed();

        foreach (var query in new[] { "", "?limit=1000", "?owner=ana" })
        {
            var events = (await Ask(Ana, Events + query)).GetProperty("events").EnumerateArray().ToArray();
            events.ShouldAllBe(one => one.GetProperty("owner").GetString() == "ana");
            events.ShouldNotBeEmpty();
        }

        (await Ask(Ana, $"{Events}?session={his}")).GetProperty("events").GetArrayLength().ShouldBe(0);
        (await Ask(Ana, $"/api/audit/sessions/{hers}")).GetProperty("session").GetString().ShouldBe(hers);
        await (await Ana.GetAsync($"{Events}?owner=admin")).ShouldBe(HttpStatusCode.Forbidden, "UNAUTHORIZED");
        await (await Ana.GetAsync($"/api/audit/sessions/{his}")).ShouldBe(HttpStatusCode.NotFound, "NOT_FOUND");
        await (await Ana.GetAsync("/api/audit/users/admin/sessions?at=2026-01-01")).ShouldBe(HttpStatusCode.Forbidden, "UNAUTHORIZED");
        await (await Ana.GetAsync("/api/audit/looks")).ShouldBe(HttpStatusCode.Forbidden, "UNAUTHORIZED");
        await (await Ana.GetAsync("/api/audit/activity")).ShouldBe(HttpStatusCode.Forbidden, "UNAUTHORIZED");
        // The right to remove sessions does not include reading the record: an administrator must also be an auditor.
        await (await Admin.GetAsync($"{Events}?owner=ana")).ShouldBe(HttpStatusCode.Forbidden, "UNAUTHORIZED");
    }

    [Theory]
    [InlineData("/api/audit/events")]
    [InlineData("/api/audit/sessions/" + Ids.Unknown)]
    [InlineData("/api/audit/users/ana/sessions?at=2026-01-01")]
    [InlineData("/api/audit/activity")]
    [InlineData("/api/audit/looks")]
    public async Task Whoever_is_not_logged_in_sees_nothing(string path)
    {
        using var nobody = App.CreateClient();

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
    [InlineData("events?session=%2B1a20e3d-e900-7311-9abb-3d2b0e307bec")]
    [InlineData("events?session=%2001a20e3d-e900-7311-9abb-3d2b0e307bec")]
    [InlineData("events?item=0x1a20e3-e900-7311-9abb-3d2b0e307bec")]
    [InlineData("events?trace=0af7651916cd43dd8448eb211c80319c%20")]
    [InlineData("sessions/%2B1a20e3d-e900-7311-9abb-3d2b0e307bec?limit=0")]
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
        await (await Auditor.GetAsync("/api/audit/" + query)).ShouldBe(HttpStatusCode.BadRequest, "INVALID_ARGUMENT");

    [Fact]
    public async Task Whoever_looks_is_seen()
    {
        await Ask(Ana, $"{Events}?limit=3&type=session_failed");

        var looks = (await Ask(Auditor, "/api/audit/looks?user=ana&limit=1")).GetProperty("looks");

        var look = looks.EnumerateArray().ShouldHaveSingleItem();
        (look.GetProperty("user").GetString(), look.GetProperty("query").GetString()).ShouldBe(("ana", $"{Events}?limit=3&type=session_failed"));
        look.GetProperty("address").GetString().ShouldNotBeNullOrEmpty();
        App.Logs!.Of(LogLevel.Information).ShouldContain(line => line.StartsWith("ana looks at the record", StringComparison.Ordinal));
    }
}
