using System.Net;
using System.Text.Json;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

public sealed class GetTests(SessionsApp app) : IClassFixture<SessionsApp>
{
    static readonly string[] Always =
        ["id", "library_item_id", "library_item_content_version", "client_progress", "state", "expiration_time"];

    [Fact]
    public async Task A_new_session_has_all_fields_but_an_error()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);
        var item = await (await ana.GetAsync($"{Paths.Items}/{app.ItemId}")).Json();

        var session = await ana.Session(id);

        session.Names().ShouldBe(Always, ignoreOrder: true);
        session.GetProperty("id").GetString().ShouldBe(id);
        session.GetProperty("library_item_id").GetString().ShouldBe(app.ItemId);
        session.GetProperty("library_item_content_version").GetString()
            .ShouldBe(item.GetProperty("content_version").GetString());
        session.GetProperty("client_progress").GetRawText().ShouldBe("0");
        session.State().ShouldBe("ACTIVE");
    }

    [Fact]
    public async Task The_expiration_time_is_five_minutes_after_the_creation_by_the_clock_of_the_database()
    {
        using var ana = await app.ClientOf("ana");
        var before = await app.Now();
        var id = await ana.CreateSession(app.ItemId);
        var after = await app.Now();

        var expires = (await ana.Session(id)).ExpirationTime();

        expires.ShouldBeInRange(before.AddMinutes(5).AddMilliseconds(-1), after.AddMinutes(5));
    }

    [Fact]
    public async Task A_time_has_milliseconds_and_ends_in_Z()
    {
        using var ana = await app.ClientOf("ana");

        var session = await ana.Session(await ana.CreateSession(app.ItemId));

        session.GetProperty("expiration_time").ShouldBeTime();
    }

    [Fact]
    public async Task A_failed_session_carries_a_message_of_three_fields()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);
        await (await ana.Act(id, "fail", """{"client_error_message":"disk full"}""")).ShouldBeDone();

        var session = await ana.Session(id);

        session.State().ShouldBe("ERROR");
        session.Names().ShouldBe([.. Always, "error_message"], ignoreOrder: true);
        var message = session.GetProperty("error_message");
        message.Names().ShouldBe(["id", "default_message", "args"], ignoreOrder: true);
        message.GetProperty("default_message").GetString().ShouldBe("disk full");
        message.GetProperty("args").ValueKind.ShouldBe(JsonValueKind.Array);
    }

    [Fact]
    public async Task A_canceled_session_carries_no_error()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);
        await (await ana.Act(id, "cancel")).ShouldBeDone();

        var session = await ana.Session(id);

        session.State().ShouldBe("CANCELED");
        session.Names().ShouldBe(Always, ignoreOrder: true);
    }

    [Theory]
    [InlineData("application/vnd.vmware.vapi.framed")]
    [InlineData("text/html;q=0.9")]
    [InlineData("image/png")]
    public async Task The_answer_is_JSON_whatever_the_client_accepts(string accepted)
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);
        ana.DefaultRequestHeaders.Add("Accept", accepted);

        var answer = await ana.GetAsync(Paths.One(id));

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        answer.Content.Headers.ContentLength.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_session_that_never_was_is_not_found()
    {
        using var ana = await app.ClientOf("ana");

        var answer = await ana.GetAsync(Paths.One(Ids.Unknown));

        await answer.ShouldBe(HttpStatusCode.NotFound, "NOT_FOUND");
        (await answer.ErrorText()).ShouldContain(Ids.Unknown);
    }

    [Theory]
    [MemberData(nameof(Ids.Malformed), MemberType = typeof(Ids))]
    public async Task An_id_of_another_form_names_nothing(string id)
    {
        using var ana = await app.ClientOf("ana");

        await (await ana.GetAsync(Paths.One(id))).ShouldBe(HttpStatusCode.NotFound, "NOT_FOUND");
        await (await ana.Act(id, "keep-alive")).ShouldBe(HttpStatusCode.NotFound, "NOT_FOUND");
        await (await ana.Act(id, "cancel")).ShouldBe(HttpStatusCode.NotFound, "NOT_FOUND");
        await (await ana.Act(id, "fail")).ShouldBe(HttpStatusCode.NotFound, "NOT_FOUND");
        await (await ana.DeleteAsync(Paths.One(id))).ShouldBe(HttpStatusCode.NotFound, "NOT_FOUND");
    }

    /// <summary>The server first resolves dots (RFC 3986, 5.2.4), so this path names another resource.</summary>
    [Theory]
    [InlineData("..")]
    [InlineData("%2e%2e")]
    [InlineData(".")]
    public async Task Dots_in_place_of_an_id_reach_no_session(string dots)
    {
        using var ana = await app.ClientOf("ana");
        var before = await app.CountEvents();

        foreach (var verb in new[] { "DELETE", "PUT" })
        {
            var answer = await RawHttp.Send(app.Url, RawHttp.Request(
                $"{verb} {Paths.One(dots)}", [$"vmware-api-session-id: {ana.Token()}"], []));
            answer.Status.ShouldBe(405);
        }

        (await app.CountEvents()).ShouldBe(before);
    }
}
