using System.Net;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

public sealed class OwnershipTests(SessionsApp app) : IClassFixture<SessionsApp>
{
    [Fact]
    public async Task To_another_user_a_session_does_not_exist()
    {
        using var ana = await app.ClientOf("ana");
        using var bo = await app.ClientOf("bo");
        var id = await ana.CreateSession(app.ItemId);
        var before = await ana.Session(id);

        await (await bo.GetAsync(Paths.One(id))).ShouldBe(HttpStatusCode.NotFound, "NOT_FOUND");
        foreach (var action in new[] { "keep-alive", "cancel", "fail" })
            await (await bo.Act(id, action)).ShouldBe(HttpStatusCode.NotFound, "NOT_FOUND");
        await (await bo.DeleteAsync(Paths.One(id))).ShouldBe(HttpStatusCode.NotFound, "NOT_FOUND");

        (await ana.Session(id)).GetRawText().ShouldBe(before.GetRawText());
    }

    [Fact]
    public async Task An_administrator_may_use_every_operation_on_it()
    {
        using var ana = await app.ClientOf("ana");
        using var admin = await app.ClientOf("admin");
        var canceled = await ana.CreateSession(app.ItemId);
        var failed = await ana.CreateSession(app.ItemId);

        (await admin.Session(canceled)).GetProperty("id").GetString().ShouldBe(canceled);
        await (await admin.Act(canceled, "keep-alive", """{"progress":9}""")).ShouldBeDone();
        await (await admin.Act(canceled, "cancel")).ShouldBeDone();
        await (await admin.Act(failed, "fail", """{"client_error_message":"by hand"}""")).ShouldBeDone();

        var session = await ana.Session(canceled);
        (session.State(), session.Progress()).ShouldBe(("CANCELED", 9));
        (await ana.Session(failed)).State().ShouldBe("ERROR");
        await (await admin.DeleteAsync(Paths.One(failed))).ShouldBeDone();
        (await ana.List()).ShouldNotContain(failed);
        (await ana.List()).ShouldContain(canceled);
        (await admin.List()).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_record_names_the_administrator_not_the_owner()
    {
        using var ana = await app.ClientOf("ana");
        using var admin = await app.ClientOf("admin");
        var id = await ana.CreateSession(app.ItemId);
        await (await admin.Act(id, "cancel")).ShouldBeDone();

        var (owner, metadata) = (
            await app.Ask<string>($"select owner from event_store.events where stream_id = '{id}' and version = 2"),
            await app.Ask<string>($"select metadata::text from event_store.events where stream_id = '{id}' and version = 2"));

        owner.ShouldBe("ana");
        metadata.ShouldContain("\"admin\"");
    }
}
