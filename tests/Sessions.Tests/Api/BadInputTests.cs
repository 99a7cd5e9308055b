using System.Net;
using System.Text;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

public sealed class BadInputTests(SessionsApp app) : IClassFixture<SessionsApp>, IAsyncLifetime
{
    const int SizeMax = 1 << 20;

    HttpClient ana = null!;
    string id = "";
    string before = "";

    public async ValueTask InitializeAsync()
    {
        ana = await app.ClientOf("ana");
        id = await ana.CreateSession(app.ItemId);
        before = (await ana.Session(id)).GetRawText();
    }

    /// <summary>Whatever the client sent, it changed nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        (await ana.Session(id)).GetRawText().ShouldBe(before);
        (await ana.List()).Where(other => string.CompareOrdinal(other, id) > 0).ShouldBeEmpty();
        ana.Dispose();
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{"progress":1""")]
    [InlineData("""{"progress":}""")]
    [InlineData("""{"progress":1}}""")]
    [InlineData("""{"progress":1} {}""")]
    [InlineData("""{"progress":01}""")]
    [InlineData("""{"progress":NaN}""")]
    [InlineData("""{progress:1}""")]
    [InlineData("""{'progress':1}""")]
    [InlineData("""{"progress":1,}""")]
    [InlineData("""{"progress":1/* comment */}""")]
    [InlineData("nul")]
    [InlineData("\0")]
    [InlineData("<xml/>")]
    [InlineData(" ")]
    [InlineData("\"unfinished")]
    [InlineData("\"\\x\"")]
    [InlineData("\"a\nb\"")]
    [InlineData("\uFEFF{}")]
    public Task What_is_no_JSON_is_an_invalid_request(string body) => ShouldBeMalformed(Encoding.UTF8.GetBytes(body));

    [Theory]
    [InlineData("""{"client_error_message":"\ud800"}""")]
    [InlineData("""{"client_error_message":"\udc00\ud800"}""")]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""{"client_error_message":"x","other":["\udfff"]}""")]
    public Task Half_a_character_is_no_JSON(string body) => ShouldBeMalformed(Encoding.UTF8.GetBytes(body));

    [Theory]
    [InlineData(0x80)]
    [InlineData(0xC0)]
    [InlineData(0xFF)]
    public async Task Bytes_that_are_no_UTF_8_are_no_JSON(byte wrong)
    {
        await ShouldBeMalformed([.. "{\"client_error_message\":\""u8, wrong, .. "\"}"u8]);
        await ShouldBeMalformed([.. "{\""u8, wrong, .. "\":1}"u8]);
    }

    [Theory]
    [InlineData(65)]
    [InlineData(100_000)]
    public Task A_structure_that_is_too_deep_is_an_invalid_request(int depth) =>
        ShouldBeMalformed(Encoding.UTF8.GetBytes(new string('[', depth) + new string(']', depth)));

    [Fact]
    public async Task A_structure_that_is_deep_enough_for_anybody_is_read()
    {
        var body = Encoding.UTF8.GetBytes($$"""{"unknown":{{new string('[', 60)}}{{new string(']', 60)}},"progress":101}""");

        await (await Post("keep-alive", body, "application/json")).ShouldBe(HttpStatusCode.BadRequest, "INVALID_ARGUMENT");
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/xml")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("json")]
    [InlineData("application/jsonp")]
    public async Task A_body_of_another_media_type_is_not_read(string mediaType) =>
        await (await Post("cancel", "{}"u8.ToArray(), mediaType))
            .ShouldBe(HttpStatusCode.UnsupportedMediaType, "INVALID_REQUEST");

    [Theory]
    [InlineData(null)]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("APPLICATION/JSON")]
    [InlineData("application/problem+json")]
    public async Task A_body_of_JSON_or_of_no_media_type_is_read(string? mediaType) =>
        await (await Post("keep-alive", """{"progress":101}"""u8.ToArray(), mediaType))
            .ShouldBe(HttpStatusCode.BadRequest, "INVALID_ARGUMENT");

    [Fact]
    public async Task A_body_whose_length_is_over_a_mebibyte_is_refused_before_it_is_sent()
    {
        var request = RawHttp.Request(
            $"POST {Paths.Action(id, "fail")}", [Token, "Content-Type: application/json"], new byte[SizeMax + 1]);

        var answer = await RawHttp.Send(app.Url, request.AsMemory(0, request.Length - SizeMax - 1));

        (answer.Status, answer.ErrorType).ShouldBe((413, "INVALID_REQUEST"));
    }

    [Fact]
    public async Task A_body_in_chunks_is_refused_once_it_is_over_a_mebibyte()
    {
        var body = RawHttp.Chunked(Sized(SizeMax + 1));

        var answer = await RawHttp.Send(app.Url, RawHttp.Request(
            $"POST {Paths.Action(id, "fail")}", [Token, "Transfer-Encoding: chunked"], body));

        (answer.Status, answer.ErrorType).ShouldBe((413, "INVALID_REQUEST"));
    }

    /// <summary>A client that sends all before it reads, or sits behind a proxy, must learn the reason.</summary>
    [Theory]
    [InlineData(true, true, 413)]
    [InlineData(true, false, 413)]
    [InlineData(false, true, 401)]
    [InlineData(false, false, 401)]
    public async Task A_body_that_is_far_too_large_may_be_sent_to_its_end(bool known, bool chunked, int status)
    {
        var body = new byte[64 * SizeMax];
        List<string> headers = ["Content-Type: application/json"];
        if (known)
            headers.Add(Token);
        if (chunked)
            headers.Add("Transfer-Encoding: chunked");

        var answer = await RawHttp.Send(app.Url, RawHttp.Request(
            $"POST {Paths.Action(id, "fail")}", headers, chunked ? RawHttp.Chunked(body, SizeMax) : body), whole: true);

        answer.Status.ShouldBe(status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_of_a_mebibyte_is_read(bool chunked)
    {
        // The 404 shows it: the server looks for the unknown session only after it has read the body.
        var body = Sized(SizeMax);

        var answer = await RawHttp.Send(app.Url, RawHttp.Request(
            $"POST {Paths.Action(Ids.Unknown, "fail")}",
            chunked ? [Token, "Transfer-Encoding: chunked"] : [Token],
            chunked ? RawHttp.Chunked(body) : body));

        (answer.Status, answer.ErrorType).ShouldBe((404, "NOT_FOUND"));
    }

    [Theory]
    [InlineData("POST", Paths.Sessions + "?action=find")]
    [InlineData("POST", Paths.Sessions + "?action=")]
    [InlineData("POST", Paths.Sessions + "/" + Ids.Unknown)]
    [InlineData("POST", Paths.Libraries)]
    [InlineData("GET", Paths.Items + "?action=find")]
    [InlineData("POST", Paths.Sessions + "/" + Ids.Unknown + "?action=keep_alive")]
    [InlineData("POST", Paths.Sessions + "/" + Ids.Unknown + "?action=CANCEL")]
    [InlineData("POST", Paths.Sessions + "/" + Ids.Unknown + "?~action=cancel")]
    [InlineData("POST", Paths.Sessions + "/" + Ids.Unknown + "?action=cancel&action=fail")]
    [InlineData("GET", Paths.Sessions + "/" + Ids.Unknown + "?action=get")]
    [InlineData("DELETE", Paths.Sessions + "/" + Ids.Unknown + "?action=delete")]
    [InlineData("POST", Paths.Login + "?action=get")]
    public async Task An_action_that_there_is_not_is_not_found(string verb, string path) =>
        await (await Send(verb, path)).ShouldBe(HttpStatusCode.NotFound, "OPERATION_NOT_FOUND");

    [Theory]
    [InlineData("/")]
    [InlineData("/favicon.ico")]
    [InlineData("/api/content/libraries")]
    [InlineData("/api/content/library/item/download-session/x/y/z")]
    [InlineData("/api/content/library/item/x/disk.vmdk")]
    [InlineData("/index.html")]
    [InlineData("/api/%F0%9F%92%A9.%ff")]
    public async Task A_path_that_there_is_not_is_not_found(string path)
    {
        foreach (var verb in new[] { "GET", "POST", "DELETE", "PUT", "OPTIONS" })
            await (await Send(verb, path)).ShouldBe(HttpStatusCode.NotFound, "OPERATION_NOT_FOUND");
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Where_the_SDKs_post_there_is_nothing_else(string verb)
    {
        var answer = await Send(verb, "/api");

        await answer.ShouldBe(HttpStatusCode.MethodNotAllowed, "OPERATION_NOT_FOUND");
        answer.Content.Headers.Allow.ShouldBe(["POST"]);
    }

    [Theory]
    [InlineData("PUT", Paths.Sessions, "POST, GET")]
    [InlineData("DELETE", Paths.Sessions, "POST, GET")]
    [InlineData("PATCH", Paths.Sessions + "/" + Ids.Unknown, "GET, POST, DELETE")]
    [InlineData("OPTIONS", Paths.Sessions + "/" + Ids.Unknown, "GET, POST, DELETE")]
    [InlineData("PUT", Paths.Libraries, "GET, POST")]
    [InlineData("POST", Paths.Items + "/" + Ids.Unknown + "/file", "GET")]
    [InlineData("PUT", Paths.Login, "POST, GET, DELETE")]
    [InlineData("BREW", Paths.Login, "POST, GET, DELETE")]
    public async Task A_method_that_a_path_does_not_know_is_told_those_that_it_knows(string verb, string path, string allowed)
    {
        var answer = await Send(verb, path);

        await answer.ShouldBe(HttpStatusCode.MethodNotAllowed, "OPERATION_NOT_FOUND");
        answer.Content.Headers.Allow.ShouldBe(allowed.Split(", "), ignoreOrder: true);
    }

    [Fact]
    public async Task A_very_long_id_is_not_found()
    {
        await (await Send("GET", Paths.One(new string('x', 8000)))).ShouldBe(HttpStatusCode.NotFound, "NOT_FOUND");
        await (await ana.PostText(Paths.Sessions, $$"""{"library_item_id":"{{new string('x', 1_000_000)}}"}"""))
            .ShouldBe(HttpStatusCode.NotFound, "NOT_FOUND");
    }

    string Token => $"vmware-api-session-id: {ana.Token()}";

    async Task ShouldBeMalformed(byte[] body)
    {
        foreach (var action in new[] { "keep-alive", "cancel", "fail" })
            await (await Post(action, body, "application/json")).ShouldBe(HttpStatusCode.BadRequest, "INVALID_REQUEST");
        using var create = new ByteArrayContent(body);
        await (await ana.PostAsync(Paths.Sessions, create)).ShouldBe(HttpStatusCode.BadRequest, "INVALID_REQUEST");
    }

    /// <summary>A body of exactly this many bytes.</summary>
    static byte[] Sized(int size) =>
        Encoding.UTF8.GetBytes("""{"client_error_message":"x"}""".PadRight(size));

    Task<HttpResponseMessage> Post(string action, byte[] body, string? mediaType)
    {
        var content = new ByteArrayContent(body);
        if (mediaType is not null)
            content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        return ana.PostAsync(Paths.Action(id, action), content);
    }

    Task<HttpResponseMessage> Send(string verb, string path) =>
        ana.SendAsync(new HttpRequestMessage(new HttpMethod(verb), path));
}
