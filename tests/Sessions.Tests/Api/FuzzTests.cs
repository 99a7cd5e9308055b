using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Logging;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

/// <summary>A server whose log is read.</summary>
public sealed class LoggedApp : SessionsApp
{
    public LoggedApp(TestPostgres postgres)
        : base(postgres)
    {
        Logs = new RecordedLogs();
        Settings["Logging:LogLevel:Default"] = "Error";
    }
}

/// <summary>
/// Requests that are legal HTTP and nonsense otherwise, the same at every run: each is answered, in
/// the dialect's form, and none is taken for a mistake of the server.
/// </summary>
public sealed class FuzzTests(LoggedApp app) : IClassFixture<LoggedApp>
{
    const int Requests = 4000;

    static readonly string[] Verbs = ["GET", "GET", "POST", "POST", "POST", "DELETE", "PUT", "PATCH", "OPTIONS", "BREW"];

    static readonly string[] Bodies =
    [
        "", "null", "{}", "[]", "\"\"", "1e5", "{\"progress\":5}", "{\"name\":\"SAMPLE\",\"type\":\"LOCAL\"}", "{\"progress\":null}",
        "{\"client_error_message\":\"a\\u00e4\\ud83d\\ude00\"}", "{\"library_item_id\":\"{item}\"}",
        "{\"library_item_id\":\"{item}\",\"state\":0,\"error_message\":{\"args\":[[[]]]}}",
    ];

    static readonly string[] Places =
    [
        "/api/session", "/api/content/library", "/api/content/library/{item}", "/api/content/library/item",
        "/api/content/library/item?library_id={item}", "/api/content/library/item/{item}", Paths.Sessions,
        "/api/content/library?action=find", "/api/content/library/item?action=find",
        "/api/content/library/item/{item}/file", "/api/content/library/item/{item}/file?name=hello.txt",
        "/api/content/library/item/{item}/storage?file_name={id}", "/api/content/library/item/update-session/{id}",
        Paths.Sessions + "?library_item_id={item}", Paths.Sessions + "?client_token={id}", Paths.Sessions + "/{id}",
        Paths.Sessions + "/{id}?action=keep-alive", Paths.Sessions + "/{id}?action=cancel",
        Paths.Sessions + "/{id}?action=fail", "/health/live", "/",
    ];

    static readonly string[] MediaTypes =
        ["application/json", "application/json", "application/json;", "text/xml", ";", "*/*", "application/+json"];

    /// <summary>Bytes that a path and a query may hold; a NUL never reaches the server's own code.</summary>
    static readonly Gen<string> Piece = Gen.OneOf(
        Gen.Choose(1, 255).Select(value => $"%{value:x2}"),
        Gen.Elements("%", "%zz", "..", ".", "/", "//", ";", ":", "?", "&", "=", "+", "~", "'", "\\", "{", "}", "|", "^"),
        Gen.Choose(0, 300).Select(count => new string('a', count)),
        Gen.Elements("action=fail", "&client_token=", "%u0041", "id:", "%2f..%2f", "%ed%a0%80", "%f4%90%80%80"));

    static readonly Gen<string> HeaderValue = Gen.Choose(0x20, 0x7e).Select(value => (char)value)
        .ArrayOf().Select(characters => new string(characters).Trim());

    [Fact]
    public async Task No_request_confuses_the_server()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);
        var requests = Gen.Sample(Any(ana.Token()), Requests, new Rnd(20260101, 1), 30);
        var wrong = new ConcurrentQueue<string>();

        await Parallel.ForEachAsync(requests, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (made, _) =>
        {
            var request = made.Of(app.ItemId, id);
            try
            {
                Check(await RawHttp.Send(app.Url, request));
            }
            catch (Exception unexpected)
            {
                wrong.Enqueue($"{Encoding.UTF8.GetString(request)}\n=> {unexpected.Message}");
            }
        });

        string.Join("\n\n", wrong.Take(5)).ShouldBeEmpty();
        app.Logs!.Of(LogLevel.Error).ShouldBeEmpty();
        (await ana.GetAsync(Paths.Sessions)).EnsureSuccessStatusCode();
    }

    static void Check(RawAnswer answer)
    {
        answer.Status.ShouldBeLessThan(500);
        // A path that was cut down to /api/ is where the SDKs post, and answered as they understand it.
        if (answer.Status == 400 && answer.Json.TryGetProperty("jsonrpc", out _))
            answer.Json.GetProperty("error").GetProperty("code").GetInt32().ShouldBeInRange(-32700, -32600);
        else if (answer.Status >= 400)
            ApiSentences.ErrorType(answer.Json).ShouldNotBeNullOrEmpty();
        else if (answer.Status == 204)
            answer.Body.ShouldBeEmpty();
        else
            JsonSerializer.Deserialize<JsonElement>(answer.Body).ValueKind.ShouldNotBe(JsonValueKind.Undefined);
    }

    /// <summary>A known request, of which some parts are then spoiled.</summary>
    static Gen<Made> Any(string token) =>
        from verb in Gen.Elements(Verbs)
        from place in Gen.Elements(Places)
        from pieces in Piece.ArrayOf().Where(pieces => pieces.Length < 12)
        from at in Gen.Choose(0, 100)
        from spoilsPlace in Gen.Elements(true, false, false)
        from body in Gen.Elements(Bodies)
        from bytes in Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf()
        from spoilsBody in Gen.Elements(true, false)
        from mediaType in Gen.Elements(MediaTypes)
        from name in Gen.Elements("Client-Token", "client_token", "traceparent", "Accept", "Authorization", "X-Request-Id", "Cookie")
        from value in HeaderValue
        from loggedIn in Gen.Elements(true, true, true, false)
        from chunked in Gen.Elements(true, false)
        select new Made(
            verb,
            spoilsPlace ? place.Insert(Math.Max(1, place.Length * at / 100), string.Concat(pieces)) : place,
            body,
            spoilsBody ? bytes : [],
            at,
            // Logins are slow on purpose, and a logout would make all later requests strangers.
            [
                .. loggedIn && !(verb == "DELETE" && place == Paths.Login) ? ["vmware-api-session-id: " + token] : Array.Empty<string>(),
                $"Content-Type: {mediaType}", $"{name}: {value}",
                .. chunked ? ["Transfer-Encoding: chunked"] : Array.Empty<string>(),
            ],
            chunked);

    sealed record Made(
        string Verb, string Place, string Body, byte[] Spoiling, int At, string[] Headers, bool IsChunked)
    {
        public byte[] Of(string itemId, string sessionId)
        {
            string Filled(string text) => text
                .Replace("{item}", itemId, StringComparison.Ordinal)
                .Replace("{id}", sessionId, StringComparison.Ordinal);

            var body = Encoding.UTF8.GetBytes(Filled(Body)).ToList();
            body.InsertRange(body.Count * At / 100, Spoiling);
            var sent = body.ToArray();
            return RawHttp.Request($"{Verb} {Filled(Place)}", Headers, IsChunked ? RawHttp.Chunked(sent, 7) : sent);
        }
    }
}
