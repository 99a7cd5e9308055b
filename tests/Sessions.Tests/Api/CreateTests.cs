using System.Net;
using System.Text;
using System.Text.Json;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

public sealed class CreateTests(SessionsApp app) : IClassFixture<SessionsApp>
{
    [Fact]
    public async Task A_creation_answers_201_and_the_id_as_a_bare_JSON_string()
    {
        using var ana = await app.ClientOf("ana");

        var answer = await ana.PostText(Paths.Sessions, $$"""{"library_item_id":"{{app.ItemId}}"}""");

        answer.StatusCode.ShouldBe(HttpStatusCode.Created);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        var id = Guid.ParseExact((await answer.Content.ReadAsStringAsync()).Trim('"'), "D");
        id.Version.ShouldBe(7);
        (await answer.Content.ReadAsStringAsync()).ShouldBe($"\"{id}\"");
    }

    [Fact]
    public async Task Without_a_client_token_each_creation_makes_a_session_of_its_own()
    {
        using var ana = await app.ClientOf("ana");

        (await ana.CreateSession(app.ItemId)).ShouldNotBe(await ana.CreateSession(app.ItemId));
    }

    [Theory]
    [InlineData(Ids.Unknown)]
    [InlineData("obj-103")]
    [InlineData("")]
    public async Task An_item_that_does_not_exist_is_not_found(string itemId)
    {
        using var ana = await app.ClientOf("ana");
        var before = await app.CountEvents();

        var answer = await ana.PostText(Paths.Sessions, $$"""{"library_item_id":"{{itemId}}"}""");

        await answer.ShouldBe(HttpStatusCode.NotFound, "NOT_FOUND");
        (await app.CountEvents()).ShouldBe(before);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"library_item_id":null}""")]
    [InlineData("""{"library_item_id":5}""")]
    [InlineData("""{"library_item_id":["x"]}""")]
    [InlineData("[]")]
    [InlineData("\"x\"")]
    [InlineData("1")]
    [InlineData("true")]
    [InlineData("""{"library_item_id":"\u0000"}""")]
    [InlineData("""{"create_spec":{"library_item_id":"x"}}""")]
    public async Task A_creation_needs_an_item(string? body)
    {
        using var ana = await app.ClientOf("ana");

        await (await ana.PostText(Paths.Sessions, body)).ShouldBe(HttpStatusCode.BadRequest, "INVALID_ARGUMENT");
    }

    [Theory]
    [InlineData("\"state\":\"ACTIVE\"")]
    [InlineData("\"state\":\"NO SUCH STATE\"")]
    [InlineData("\"state\":0")]
    [InlineData("\"state\":{}")]
    [InlineData("\"id\":[1,2,3]")]
    [InlineData("\"id\":\"01890a5d-ac96-774b-bcce-b302099a8057\"")]
    [InlineData("\"client_progress\":\"many\"")]
    [InlineData("\"client_progress\":101")]
    [InlineData("\"client_progress\":1e400")]
    [InlineData("\"expiration_time\":\"yesterday\"")]
    [InlineData("\"expiration_time\":0")]
    [InlineData("\"error_message\":{\"id\":1,\"args\":null}")]
    [InlineData("\"error_message\":\"\"")]
    [InlineData("\"library_item_content_version\":7.5")]
    [InlineData("\"unknown\":{\"deep\":[[[{}]]]}")]
    public async Task Fields_that_a_creation_does_not_use_may_hold_anything(string field)
    {
        using var ana = await app.ClientOf("ana");

        var answer = await ana.PostText(Paths.Sessions, $$"""{ {{field}}, "library_item_id":"{{app.ItemId}}"}""");

        answer.StatusCode.ShouldBe(HttpStatusCode.Created);
        var session = await ana.Session((await answer.Content.ReadAsStringAsync()).Trim('"'));
        (session.State(), session.Progress()).ShouldBe(("ACTIVE", 0));
    }

    [Fact]
    public async Task What_is_created_is_listed_at_once()
    {
        using var ana = await app.ClientOf("ana");

        (await ana.List()).ShouldNotContain(Ids.Unknown);
        var id = await ana.CreateSession(app.ItemId);

        (await ana.List()).ShouldContain(id);
    }

    [Fact]
    public async Task The_event_tells_who_created_the_session_and_by_which_way()
    {
        using var ana = await app.ClientOf("ana");
        ana.DefaultRequestHeaders.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

        var id = await ana.CreateSession(app.ItemId);

        var metadata = JsonSerializer.Deserialize<JsonElement>(await app.Ask<string>(
            $"select metadata::text from event_store.events where stream_id = '{id}'"));
        metadata.ToString().ShouldContain("\"ana\"");
        metadata.ToString().ShouldContain("api create");
        metadata.ToString().ShouldContain("127.0.0.1");
        metadata.ToString().ShouldContain("0af7651916cd43dd8448eb211c80319c");
    }

    [Fact]
    public async Task A_creation_with_chunks_is_a_creation()
    {
        using var ana = await app.ClientOf("ana");
        using var request = new HttpRequestMessage(HttpMethod.Post, Paths.Sessions)
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes($$"""{"library_item_id":"{{app.ItemId}}"}""")),
        };
        request.Headers.TransferEncodingChunked = true;
        request.Headers.ExpectContinue = true;

        (await ana.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.Created);
    }
}
