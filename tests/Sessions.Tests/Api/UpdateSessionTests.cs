using System.Net;
using System.Net.Http.Json;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

public sealed class UpdateSessionTests(SessionsApp app) : IClassFixture<SessionsApp>
{
    [Fact]
    public async Task There_are_no_update_sessions()
    {
        using var ana = await app.ClientOf("ana");

        (await ana.GetFromJsonAsync<string[]>(Paths.UpdateSessions))!.ShouldBeEmpty();
        (await ana.GetFromJsonAsync<string[]>($"{Paths.UpdateSessions}?library_item_id={app.ItemId}"))!.ShouldBeEmpty();
    }

    [Fact]
    public async Task Those_of_an_item_that_does_not_exist_are_not_found()
    {
        using var ana = await app.ClientOf("ana");

        await (await ana.GetAsync($"{Paths.UpdateSessions}?library_item_id={Ids.Unknown}"))
            .ShouldBe(HttpStatusCode.NotFound, "NOT_FOUND");
    }

    [Fact]
    public async Task A_download_session_is_no_update_session()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);

        await (await ana.GetAsync($"{Paths.UpdateSessions}/{id}")).ShouldBe(HttpStatusCode.NotFound, "NOT_FOUND");
        await (await ana.GetAsync($"{Paths.UpdateSessions}/{Ids.Unknown}")).ShouldBe(HttpStatusCode.NotFound, "NOT_FOUND");
    }

    [Fact]
    public async Task One_cannot_be_created()
    {
        using var ana = await app.ClientOf("ana");

        await (await ana.PostText(Paths.UpdateSessions, $$"""{"library_item_id":"{{app.ItemId}}"}"""))
            .ShouldBe(HttpStatusCode.MethodNotAllowed, "OPERATION_NOT_FOUND");
    }
}
