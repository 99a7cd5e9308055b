using System.Net;
using System.Text.Json;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

public sealed class FailTests(SessionsApp app) : IClassFixture<SessionsApp>
{
    [Theory]
    [InlineData("no space left on device")]
    [InlineData("{0} {1} {not a place}")]
    [InlineData("Ärger <b>\"'\\ 💥\r\n\t")]
    [InlineData("")]
    public async Task A_failed_session_says_what_its_client_said(string text)
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);

        await (await ana.Act(id, "fail", JsonSerializer.Serialize(new { client_error_message = text }))).ShouldBeDone();

        var session = await ana.Session(id);
        session.State().ShouldBe("ERROR");
        TextOf(session).ShouldBe(text);
    }

    [Fact]
    public async Task A_long_message_is_kept_whole()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);
        var text = string.Concat(Enumerable.Repeat("<ä> words ", 409));

        await (await ana.Act(id, "fail", JsonSerializer.Serialize(new { client_error_message = text }))).ShouldBeDone();

        TextOf(await ana.Session(id)).ShouldBe(text);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"client_error_message":null}""")]
    public async Task A_client_that_says_nothing_fails_without_words(string? body)
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);

        await (await ana.Act(id, "fail", body)).ShouldBeDone();

        var session = await ana.Session(id);
        session.State().ShouldBe("ERROR");
        TextOf(session).ShouldBe("");
    }

    [Theory]
    [InlineData("""{"client_error_message":5}""")]
    [InlineData("""{"client_error_message":{"default_message":"x"}}""")]
    [InlineData("[]")]
    [InlineData("\"words\"")]
    public async Task A_message_that_is_no_text_is_refused_and_changes_nothing(string body)
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);

        await (await ana.Act(id, "fail", body)).ShouldBe(HttpStatusCode.BadRequest, "INVALID_ARGUMENT");

        (await ana.Session(id)).State().ShouldBe("ACTIVE");
    }

    [Theory]
    [InlineData("cancel")]
    [InlineData("fail")]
    public async Task An_ended_session_cannot_fail(string end)
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);
        await (await ana.Act(id, end)).ShouldBeDone();
        var before = await ana.Session(id);

        await (await ana.Act(id, "fail", """{"client_error_message":"late"}"""))
            .ShouldBe(HttpStatusCode.BadRequest, "NOT_ALLOWED_IN_CURRENT_STATE");

        (await ana.Session(id)).GetRawText().ShouldBe(before.GetRawText());
    }

    [Fact]
    public async Task A_session_that_never_was_cannot_fail()
    {
        using var ana = await app.ClientOf("ana");

        await (await ana.Act(Ids.Unknown, "fail")).ShouldBe(HttpStatusCode.NotFound, "NOT_FOUND");
    }

    static string TextOf(JsonElement session) =>
        session.GetProperty("error_message").GetProperty("default_message").GetString()!;
}
