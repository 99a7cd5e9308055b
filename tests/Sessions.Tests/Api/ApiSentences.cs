using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

/// <summary>The modern dialect's paths.</summary>
static class Paths
{
    public const string Login = "/api/session";

    public const string Libraries = "/api/content/library";

    public const string Items = "/api/content/library/item";

    public const string UpdateSessions = "/api/content/library/item/update-session";

    public const string Sessions = "/api/content/library/item/download-session";

    public static string Files(string itemId) => $"{Items}/{itemId}/file";

    public static string Storage(string itemId) => $"{Items}/{itemId}/storage";

    public static string One(string id) => $"{Sessions}/{id}";

    public static string Action(string id, string action) => $"{Sessions}/{id}?action={action}";
}

/// <summary>Ids that name no session, in all the forms that clients send.</summary>
static class Ids
{
    /// <summary>The usual form, but of no session.</summary>
    public const string Unknown = "01890a5d-ac96-774b-bcce-b302099a8057";

    public static TheoryData<string> Malformed => new(
        "x", "0", "null", "...", "%2e%2e%2e", "%25", "%2F", "..%2f..%2fetc%2fpasswd", "id:" + Unknown, Unknown + "0",
        Unknown + "%20", "{" + Unknown + "}", Unknown.Replace("-", "", StringComparison.Ordinal), "%F0%9F%92%A9", "'--",
        "%22%3E%3Cscript%3E", $"{Unknown}:{Unknown}", $"{Unknown}%3A{Unknown}", new string('a', 4000));
}

/// <summary>Short forms of what clients often send and expect.</summary>
static class ApiSentences
{
    public static Task<HttpResponseMessage> LogIn(this HttpClient client, string user, string password)
    {
        var login = new HttpRequestMessage(HttpMethod.Post, Paths.Login);
        login.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
        return client.SendAsync(login);
    }

    /// <summary>Logs in once the server has its database; until then it must answer that it is unavailable.</summary>
    public static async Task<HttpResponseMessage> LogInWhenReady(this HttpClient client, string user, string password)
    {
        HttpResponseMessage login = null!;
        await StoreSentences.Until(async () =>
        {
            login = await client.LogIn(user, password);
            if (login.StatusCode == HttpStatusCode.Created)
                return true;
            await login.ShouldBe(HttpStatusCode.ServiceUnavailable, "SERVICE_UNAVAILABLE");
            return false;
        });
        return login;
    }

    public static async Task<string> CreateSession(this HttpClient client, string itemId)
    {
        using var answer = await client.PostAsJsonAsync(Paths.Sessions, new { library_item_id = itemId });
        answer.StatusCode.ShouldBe(HttpStatusCode.Created);
        return (await answer.Content.ReadFromJsonAsync<string>())!;
    }

    /// <summary>The token that a client sends.</summary>
    public static string Token(this HttpClient client) =>
        client.DefaultRequestHeaders.GetValues("vmware-api-session-id").Single();

    /// <summary>Posts this text as the body, or no body.</summary>
    public static Task<HttpResponseMessage> PostText(this HttpClient client, string path, string? json) =>
        client.PostAsync(path, json is null ? null : new StringContent(json, Encoding.UTF8, "application/json"));

    public static Task<HttpResponseMessage> Act(this HttpClient client, string id, string action, string? json = null) =>
        client.PostText(Paths.Action(id, action), json);

    public static async Task<JsonElement> Session(this HttpClient client, string id)
    {
        using var answer = await client.GetAsync(Paths.One(id));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await answer.Json();
    }

    public static async Task<string[]> List(this HttpClient client, string query = "") =>
        (await client.GetFromJsonAsync<string[]>(Paths.Sessions + query))!;

    public static async Task<JsonElement> Json(this HttpResponseMessage answer) =>
        JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync());

    public static string State(this JsonElement session) => session.GetProperty("state").GetString()!;

    public static long Progress(this JsonElement session) => session.GetProperty("client_progress").GetInt64();

    public static DateTimeOffset ExpirationTime(this JsonElement session) =>
        session.GetProperty("expiration_time").GetDateTimeOffset();

    public static IEnumerable<string> Names(this JsonElement structure) =>
        structure.EnumerateObject().Select(field => field.Name);

    /// <summary>A time in the one form that every client reads: UTC, milliseconds, Z.</summary>
    public static void ShouldBeTime(this JsonElement value) =>
        value.GetString().ShouldNotBeNull().ShouldMatch(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$");

    /// <summary>Success without content: 204 and an empty body.</summary>
    public static async Task ShouldBeDone(this HttpResponseMessage answer)
    {
        answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await answer.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
    }

    /// <summary>Refused, with the dialect's body.</summary>
    public static async Task ShouldBe(this HttpResponseMessage answer, HttpStatusCode status, string type)
    {
        answer.StatusCode.ShouldBe(status);
        (await answer.ErrorType()).ShouldBe(type);
    }

    /// <summary>The type of an error, whose body must have the dialect's form.</summary>
    public static async Task<string> ErrorType(this HttpResponseMessage answer)
    {
        answer.Content.Headers.ContentType?.MediaType.ShouldBe("application/json");
        return ErrorType(await answer.Json());
    }

    public static string ErrorType(JsonElement error)
    {
        var message = error.GetProperty("messages")[0];
        message.GetProperty("id").GetString().ShouldStartWith("com.vmware.vdcs.cls-main.");
        message.GetProperty("default_message").GetString().ShouldNotBeNullOrWhiteSpace();
        message.GetProperty("args").ValueKind.ShouldBe(JsonValueKind.Array);
        return error.GetProperty("error_type").GetString()!;
    }

    /// <summary>The text of an error.</summary>
    public static async Task<string> ErrorText(this HttpResponseMessage answer) =>
        (await answer.Json()).GetProperty("messages")[0].GetProperty("default_message").GetString()!;
}
