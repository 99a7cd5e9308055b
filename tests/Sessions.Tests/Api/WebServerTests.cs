using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

/// <summary>What the web server refuses before any dialect sees it: the answer is a status without a body.</summary>
public sealed class WebServerTests(SessionsApp app) : IClassFixture<SessionsApp>
{
    [Theory]
    [InlineData(7 * 1024, 0, 401, true)]
    [InlineData(9 * 1024, 0, 414, false)]
    [InlineData(0, 31 * 1024, 401, true)]
    [InlineData(0, 33 * 1024, 431, false)]
    public async Task A_request_line_over_8_KiB_and_headers_over_32_KiB_are_too_large(
        int query, int header, int status, bool hasBody)
    {
        var answer = await RawHttp.Send(app.Url, RawHttp.Request(
            $"GET {Paths.Sessions}?unknown={new string('x', query)}", [$"X-Filler: {new string('x', header)}"], []));

        (answer.Status, answer.Body.Length > 0).ShouldBe((status, hasBody));
    }

    [Fact]
    public async Task Of_more_than_100_headers_none_is_read()
    {
        var answer = await RawHttp.Send(app.Url, RawHttp.Request(
            $"GET {Paths.Sessions}", [.. Enumerable.Range(0, 101).Select(number => $"X-Filler-{number}: x")], []));

        (answer.Status, answer.Body).ShouldBe((431, ""));
    }

    [Fact]
    public async Task Nothing_can_be_got_of_the_server_as_a_whole()
    {
        var answer = await RawHttp.Send(app.Url, RawHttp.Request("GET *", [], []));

        (answer.Status, answer.Body).ShouldBe((405, ""));
    }
}
