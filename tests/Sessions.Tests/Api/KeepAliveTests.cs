using System.Net;
using System.Text;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

public sealed class KeepAliveTests(SessionsApp app) : IClassFixture<SessionsApp>
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"progress":null}""")]
    [InlineData("""{"progress":0}""")]
    [InlineData("""{"unknown":[1]}""")]
    public async Task A_keep_alive_moves_the_expiration_time_on_and_leaves_the_progress(string? body)
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);
        await (await ana.Act(id, "keep-alive", """{"progress":7}""")).ShouldBeDone();
        var before = await ana.Session(id);
        await app.Run("select pg_sleep(0.002)");

        await (await ana.Act(id, "keep-alive", body)).ShouldBeDone();

        var after = await ana.Session(id);
        after.ExpirationTime().ShouldBeGreaterThan(before.ExpirationTime());
        after.Progress().ShouldBe(7);
        after.State().ShouldBe("ACTIVE");
    }

    [Fact]
    public async Task A_keep_alive_after_a_prepare_moves_the_expiration_time_on_as_well()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);
        (await ana.AskFor(id, "hello.txt")).EnsureSuccessStatusCode();
        var before = await ana.Session(id);
        await app.Run("select pg_sleep(0.002)");

        await (await ana.Act(id, "keep-alive")).ShouldBeDone();

        (await ana.Session(id)).ExpirationTime().ShouldBeGreaterThan(before.ExpirationTime());
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData(null)]
    [InlineData("text/plain")]
    public async Task An_empty_body_in_chunks_is_no_body(string? mediaType)
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);
        string[] headers = [$"vmware-api-session-id: {ana.Token()}", "Transfer-Encoding: chunked"];

        var answer = await RawHttp.Send(app.Url, RawHttp.Request(
            $"POST {Paths.Action(id, "keep-alive")}",
            mediaType is null ? headers : [.. headers, $"Content-Type: {mediaType}"],
            RawHttp.Chunked([])));

        (answer.Status, answer.Body).ShouldBe((204, ""));
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("1", 1)]
    [InlineData("42", 42)]
    [InlineData("100", 100)]
    [InlineData("5.0", 5)]
    [InlineData("1e1", 10)]
    [InlineData("-0", 0)]
    public async Task Progress_is_a_number_from_0_to_100(string given, int progress)
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);

        await (await ana.Act(id, "keep-alive", $$"""{"progress":{{given}}}""")).ShouldBeDone();

        var session = await ana.Session(id);
        (session.Progress(), session.State()).ShouldBe((progress, "ACTIVE"));
    }

    [Theory]
    [InlineData("101")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("\"5\"")]
    [InlineData("true")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("9223372036854775807")]
    [InlineData("9223372036854775808")]
    [InlineData("-9223372036854775809")]
    [InlineData("1e30")]
    [InlineData("1e400")]
    [InlineData("1e-4")]
    [InlineData("4294967297")]
    public async Task Any_other_progress_is_refused_and_changes_nothing(string given)
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);
        var before = await ana.Session(id);

        var answer = await ana.Act(id, "keep-alive", $$"""{"progress":{{given}}}""");

        await answer.ShouldBe(HttpStatusCode.BadRequest, "INVALID_ARGUMENT");
        (await ana.Session(id)).GetRawText().ShouldBe(before.GetRawText());
    }

    [Fact]
    public async Task A_smaller_progress_renews_the_lease_but_does_not_go_back()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);
        await (await ana.Act(id, "keep-alive", """{"progress":60}""")).ShouldBeDone();
        var before = await ana.Session(id);
        await app.Run("select pg_sleep(0.002)");

        await (await ana.Act(id, "keep-alive", """{"progress":10}""")).ShouldBeDone();

        var after = await ana.Session(id);
        after.Progress().ShouldBe(60);
        after.ExpirationTime().ShouldBeGreaterThan(before.ExpirationTime());
    }

    [Fact]
    public async Task A_complete_session_can_be_kept_alive()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);
        await (await ana.Act(id, "keep-alive", """{"progress":100}""")).ShouldBeDone();

        await (await ana.Act(id, "keep-alive")).ShouldBeDone();
    }

    [Theory]
    [InlineData("cancel")]
    [InlineData("fail")]
    public async Task An_ended_session_cannot_be_kept_alive(string end)
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);
        await (await ana.Act(id, end)).ShouldBeDone();
        var before = await ana.Session(id);

        await (await ana.Act(id, "keep-alive", """{"progress":50}"""))
            .ShouldBe(HttpStatusCode.BadRequest, "NOT_ALLOWED_IN_CURRENT_STATE");

        (await ana.Session(id)).GetRawText().ShouldBe(before.GetRawText());
    }

    [Fact]
    public async Task A_session_that_never_was_cannot_be_kept_alive()
    {
        using var ana = await app.ClientOf("ana");

        await (await ana.Act(Ids.Unknown, "keep-alive")).ShouldBe(HttpStatusCode.NotFound, "NOT_FOUND");
    }

    [Fact]
    public async Task Of_a_name_that_comes_twice_the_last_one_counts()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);

        await (await ana.Act(id, "keep-alive", """{"progress":500,"progress":5}""")).ShouldBeDone();

        (await ana.Session(id)).Progress().ShouldBe(5);
    }

    [Fact]
    public async Task A_client_that_waits_to_be_asked_for_its_body_is_asked()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);

        var answer = await RawHttp.Send(app.Url, RawHttp.Request(
            $"POST {Paths.Action(id, "keep-alive")}",
            [$"vmware-api-session-id: {ana.Token()}", "Content-Type: application/json", "Expect: 100-continue"],
            Encoding.UTF8.GetBytes("""{"progress":3}""")));

        answer.Status.ShouldBe(204);
        (await ana.Session(id)).Progress().ShouldBe(3);
    }

    [Fact]
    public async Task A_client_that_was_asked_for_his_body_keeps_his_connection_whatever_he_is_told()
    {
        using var ana = await app.ClientOf("ana");
        using var request = new HttpRequestMessage(HttpMethod.Post, Paths.Action(Ids.Unknown, "keep-alive"));
        request.Content = new StringContent("""{"progress":3}""", Encoding.UTF8, "application/json");
        request.Headers.ExpectContinue = true;

        var answer = await ana.SendAsync(request);

        (answer.StatusCode, answer.Headers.ConnectionClose ?? false).ShouldBe((HttpStatusCode.NotFound, false));
    }

    /// <summary>
    /// The client may still send the body, or not: the server could not tell the body from the next request.
    /// </summary>
    [Fact]
    public async Task A_client_that_waits_to_be_asked_for_its_body_and_is_refused_begins_anew()
    {
        var request = Encoding.ASCII.GetBytes(
            $"POST {Paths.Action(Ids.Unknown, "keep-alive")} HTTP/1.1\r\nHost: localhost\r\n"
            + "Content-Type: application/json\r\nContent-Length: 14\r\nExpect: 100-continue\r\n\r\n");

        var answer = await RawHttp.Send(app.Url, request);

        (answer.Status, answer.Headers["Connection"]).ShouldBe((401, "close"));
    }
}
