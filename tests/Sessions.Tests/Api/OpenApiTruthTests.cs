using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Sessions.Api.Vapi.Dialects;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

/// <summary>The server's answers match its OpenAPI description.</summary>
public sealed partial class OpenApiTruthTests(StorageApp app) : IClassFixture<StorageApp>
{
    const string One = Paths.Sessions + "/{download_session_id}";
    const string Item = Paths.Items + "/{library_item_id}";

    [Fact]
    public async Task Every_answer_and_every_error_has_the_form_that_is_described()
    {
        using var bo = await app.ClientOf("bo");
        using var ana = await app.ClientOf("ana");
        using var nobody = app.CreateClient();
        var library = (await bo.GetFromJsonAsync<string[]>(Paths.Libraries))!.Single();
        var id = await bo.CreateSession(app.ItemId);
        var check = await Check.Of(nobody);

        await check.Is(200, await bo.GetAsync(Paths.Login), "get", Paths.Login);
        await check.Is(401, await nobody.LogIn("bo", "wrong"), "post", Paths.Login);
        await check.Is(200, await bo.GetAsync($"{Paths.Libraries}/{library}"), "get", Paths.Libraries + "/{library_id}");
        await check.Is(200, await ana.GetAsync($"{Paths.Libraries}/{library}"), "get", Paths.Libraries + "/{library_id}");
        await check.Is(200, await bo.PostText(Paths.Libraries + "?action=find", """{"name":"sample"}"""), "post", Paths.Libraries);
        await check.Is(400, await bo.PostText(Paths.Libraries + "?action=find", "{}"), "post", Paths.Libraries);
        await check.Is(400, await bo.PostText(Paths.Libraries + "?action=find", "{"), "post", Paths.Libraries);
        await check.Is(400, await bo.GetAsync(Paths.Items), "get", Paths.Items);
        await check.Is(200, await bo.GetAsync($"{Paths.Items}/{app.ItemId}"), "get", Item);
        await check.Is(404, await bo.GetAsync($"{Paths.Items}/{Ids.Unknown}"), "get", Item);
        await check.Is(200, await bo.GetAsync(Paths.Files(app.ItemId)), "get", Item + "/file");
        await check.Is(200, await bo.GetAsync(Paths.Files(app.ItemId) + "?name=hello.txt"), "get", Item + "/file");
        await check.Is(200, await bo.GetAsync(Paths.Storage(app.ItemId)), "get", Item + "/storage");
        await check.Is(403, await ana.GetAsync(Paths.Storage(app.ItemId)), "get", Item + "/storage");
        await check.Is(200, await bo.GetAsync(Paths.UpdateSessions), "get", Paths.UpdateSessions);
        await check.Is(201, await bo.PostAsJsonAsync(Paths.Sessions, new { library_item_id = app.ItemId }), "post", Paths.Sessions);
        await check.Is(415, await bo.PostAsync(Paths.Sessions, new StringContent("x")), "post", Paths.Sessions);
        await check.Is(200, await bo.GetAsync(Paths.One(id)), "get", One);
        await check.Is(200, await bo.GetAsync(Paths.One(id) + "/file"), "get", One + "/file");
        await check.Is(200, await bo.GetAsync(Paths.One(id) + "/file?file_name=hello.txt"), "get", One + "/file");
        await check.Is(400, await bo.GetAsync(Paths.One(id) + "/file?file_name=x"), "get", One + "/file");
        var prepare = Paths.One(id) + "/file?action=prepare";
        await check.Is(200, await bo.PostText(prepare, """{"file_name":"hello.txt"}"""), "post", One + "/file");
        await check.Is(400, await bo.PostText(prepare, """{"file_name":"hello.txt","endpoint_type":"FTP"}"""), "post", One + "/file");
        await check.Is(400, await bo.Act(id, "keep-alive", """{"progress":101}"""), "post", One);
        await check.Is(204, await bo.Act(id, "fail", """{"client_error_message":"x"}"""), "post", One);
        await check.Is(400, await bo.Act(id, "cancel"), "post", One);
        await check.Is(200, await bo.GetAsync(Paths.One(id)), "get", One);
        await check.Is(404, await ana.DeleteAsync(Paths.One(id)), "delete", One);
        await check.Is(401, await nobody.GetAsync(Paths.One(id)), "get", One);
        await check.Is(204, await bo.DeleteAsync(Paths.One(id)), "delete", One);
    }

    /// <summary>
    /// The server refuses these requests before it looks anything up, so the test needs no session and no role.
    /// </summary>
    [Fact]
    public async Task What_any_request_may_get_wrong_is_described_with_every_operation()
    {
        using var bo = await app.ClientOf("bo");
        using var nobody = app.CreateClient();
        var check = await Check.Of(nobody);
        foreach (var (path, verb, operation) in check.Described)
        {
            var ask = new Uri(PathParameter().Replace(path, Ids.Unknown), UriKind.Relative);
            var parameters = operation.TryGetProperty("parameters", out var all) ? all.EnumerateArray().ToArray() : [];
            var action = parameters.FirstOrDefault(Is("action")) is { ValueKind: JsonValueKind.Object } named
                ? $"?action={named.GetProperty("schema").GetProperty("enum")[0]}"
                : "?";

            await check.Is(404, await Send("?action=none"), verb, path);
            foreach (var name in parameters.Where(IsInQuery).Select(parameter => parameter.GetProperty("name").GetString()))
                await check.Is(400, await Send($"{action}&{name}=%00"), verb, path);
            if (verb == "get")
                continue;
            await check.Is(400, await Send(action, Json("{")), verb, path);
            await check.Is(413, await Send(action, Json(new string(' ', RequestBody.SizeMax + 1))), verb, path);
            await check.Is(415, await Send(action, new StringContent("x")), verb, path);

            Task<HttpResponseMessage> Send(string query, HttpContent? body = null) =>
                bo.SendAsync(new(HttpMethod.Parse(verb), ask + query) { Content = body });
        }

        static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");
        static Func<JsonElement, bool> Is(string name) => parameter => parameter.GetProperty("name").ValueEquals(name);
        static bool IsInQuery(JsonElement parameter) =>
            parameter.GetProperty("in").ValueEquals("query") && !Is("action")(parameter);
    }

    [GeneratedRegex("{[^}]+}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PathParameter();

    sealed class Check(JsonElement document)
    {
        /// <summary>Every operation in the document: its path, its method and its description.</summary>
        public IEnumerable<(string Path, string Verb, JsonElement Operation)> Described =>
            from path in document.GetProperty("paths").EnumerateObject()
            from verb in path.Value.EnumerateObject()
            select (path.Name, verb.Name, verb.Value);

        public static async Task<Check> Of(HttpClient client) => new(await (await client.GetAsync("/openapi/v1.json")).Json());

        public async Task Is(int status, HttpResponseMessage answer, string verb, string path)
        {
            ((int)answer.StatusCode).ShouldBe(status, path);
            var response = document.GetProperty("paths").GetProperty(path).GetProperty(verb)
                .GetProperty("responses").TryGetProperty($"{status}", out var described)
                    ? described
                    : throw new ShouldAssertException($"{verb} {path} says nothing of {status}");
            if (answer.StatusCode == HttpStatusCode.NoContent)
                response.TryGetProperty("content", out _).ShouldBeFalse();
            else
            {
                var schema = response.GetProperty("content").GetProperty("application/json").GetProperty("schema");
                new SchemaCheck(document).FindFault(schema, await answer.Json()).ShouldBeNull();
            }
        }
    }
}
