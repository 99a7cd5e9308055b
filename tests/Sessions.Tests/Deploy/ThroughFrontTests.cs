using System.Net;
using System.Text;
using Sessions.Tests.Api;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Deploy;

/// <summary>The server behind nginx with the configuration of <c>deploy/</c>: clients get its answers.</summary>
public sealed class ThroughFrontTests(SessionsApp app) : IClassFixture<SessionsApp>
{
    [Theory]
    [InlineData("Client-Token")]
    [InlineData("client_token")]
    public async Task A_creation_that_is_repeated_with_its_token_is_the_same_one(string header)
    {
        await using var front = await Front.Before(app.Url.Authority);
        using var ana = await app.ClientOf("ana");
        ana.DefaultRequestHeaders.Add(header, $"{Guid.CreateVersion7()}");

        (await Create()).ShouldBe(await Create());

        async Task<string> Create()
        {
            using var answer = await Post(ana, front, $$"""{"library_item_id":"{{app.ItemId}}"}""");
            answer.StatusCode.ShouldBe(HttpStatusCode.Created);
            return await answer.Content.ReadAsStringAsync();
        }
    }

    /// <summary>
    /// nginx forwards a body as it arrives. A server that closed before it had read all would lose its own answer.
    /// </summary>
    [Theory]
    [InlineData("ana", HttpStatusCode.RequestEntityTooLarge, "INVALID_REQUEST")]
    [InlineData(null, HttpStatusCode.Unauthorized, "UNAUTHENTICATED")]
    public async Task A_body_that_is_too_large_is_refused_in_the_words_of_the_server(
        string? user, HttpStatusCode status, string type)
    {
        await using var front = await Front.Before(app.Url.Authority);
        using var client = user is null ? app.CreateClient() : await app.ClientOf(user);

        using var answer = await Post(client, front, new string(' ', 64 << 20));

        await answer.ShouldBe(status, type);
    }

    [Theory]
    [InlineData("/cls/data/a-capability/disk.vmdk?x=1")]
    [InlineData("/cls/%64ata/a-capability/disk.vmdk")]
    [InlineData("/cls/./data/a-capability/disk.vmdk")]
    [InlineData("/CLS//Data/a-capability/disk.vmdk")]
    public async Task A_data_link_is_not_logged(string path)
    {
        await using var front = await Front.Before(app.Url.Authority);
        using var client = app.CreateClient();

        var answer = await RawHttp.Send(front.Url, RawHttp.Request($"GET {path}", [], []));
        using var next = await client.GetAsync(new Uri(front.Url, "health/live"));

        answer.Status.ShouldBe(404);
        var log = await front.LogOf("/health/live");
        log.ShouldContain("\"GET /cls/data/... HTTP/1.1\" 404");
        log.ShouldNotContain("a-capability");
    }

    static Task<HttpResponseMessage> Post(HttpClient client, Front front, string body) =>
        client.PostAsync(new Uri(front.Url, Paths.Sessions), new StringContent(body, Encoding.UTF8, "application/json"));
}
