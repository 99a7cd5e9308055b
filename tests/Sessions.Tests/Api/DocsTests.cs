using System.Net;
using System.Text.RegularExpressions;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

/// <summary>The page for trying out the API, which needs no login and loads nothing from other hosts.</summary>
public sealed partial class DocsTests(SessionsApp app) : IClassFixture<SessionsApp>
{
    [Theory]
    [InlineData("/docs")]
    [InlineData("/docs/")]
    [InlineData("/docs/index.html")]
    public async Task The_page_is_there_for_everybody(string path)
    {
        using var nobody = app.CreateClient();

        using var answer = await nobody.GetAsync(path);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        answer.RequestMessage!.RequestUri!.AbsolutePath.ShouldBe("/docs/index.html");
    }

    [Fact]
    public async Task All_that_the_page_is_made_of_comes_from_this_server()
    {
        using var nobody = app.CreateClient();
        var page = new Uri(app.Url, "/docs/index.html");

        using var answer = await nobody.GetAsync(page);

        answer.Headers.GetValues("Content-Security-Policy").Single().ShouldStartWith("default-src 'self';");
        var parts = Source().Matches(await answer.Content.ReadAsStringAsync()).Select(match => match.Groups["url"].Value).ToArray();
        parts.Length.ShouldBeGreaterThan(3);
        foreach (var part in parts)
        {
            var url = new Uri(page, part);
            url.Authority.ShouldBe(page.Authority);
            (await nobody.GetAsync(url)).StatusCode.ShouldBe(HttpStatusCode.OK, part);
        }
    }

    [Fact]
    public async Task The_page_shows_the_description_and_asks_no_validator()
    {
        using var nobody = app.CreateClient();

        var script = await nobody.GetStringAsync("/docs/index.js");

        script.ShouldContain("\"url\":\"/openapi/v1.json\"");
        script.ShouldNotContain("\"validatorUrl\":");
    }

    [Theory]
    [InlineData("GET", "/docs/no-such-part.js")]
    [InlineData("GET", "/openapi/v2.json")]
    [InlineData("POST", "/openapi/v1.json")]
    public async Task What_is_not_there_is_not_found(string verb, string path)
    {
        using var nobody = app.CreateClient();

        (await nobody.SendAsync(new HttpRequestMessage(new HttpMethod(verb), path))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [GeneratedRegex("(?:src|href)=\"(?<url>[^\"]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Source();
}
