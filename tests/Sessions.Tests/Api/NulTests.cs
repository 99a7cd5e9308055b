using System.Net;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

/// <summary>PostgreSQL stores no NUL in a text. Wherever a client can send one, that is a client error.</summary>
public sealed class NulTests(SessionsApp app) : IClassFixture<SessionsApp>
{
    [Fact]
    public async Task A_message_of_failure_with_one_is_refused_and_the_session_goes_on()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);

        await (await ana.Act(id, "fail", """{"client_error_message":"a\u0000b"}"""))
            .ShouldBe(HttpStatusCode.BadRequest, "INVALID_ARGUMENT");

        (await ana.Session(id)).State().ShouldBe("ACTIVE");
    }

    [Fact]
    public async Task A_user_or_password_with_one_is_not_known()
    {
        using var client = app.CreateClient();

        foreach (var (user, password) in new[] { ("ana\0", "ana"), ("\0", "\0"), ("ana", "\0") })
            await (await client.LogIn(user, password)).ShouldBe(HttpStatusCode.Unauthorized, "UNAUTHENTICATED");
    }

    [Fact]
    public async Task A_query_with_one_is_refused()
    {
        using var ana = await app.ClientOf("ana");

        await (await ana.GetAsync(Paths.Sessions + "?library_item_id=%00")).ShouldBe(HttpStatusCode.BadRequest, "INVALID_ARGUMENT");
    }

    [Fact]
    public async Task A_path_with_one_is_refused()
    {
        using var ana = await app.ClientOf("ana");

        var answer = await RawHttp.Send(app.Url, RawHttp.Request(
            $"GET {Paths.One("a%00b")}", [$"vmware-api-session-id: {ana.Token()}"], []));

        answer.Status.ShouldBe(400);
    }
}
