using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Sessions.Tests.Api;

/// <summary>The modern dialect's paths.</summary>
static class Paths
{
    public const string Sessions = "/api/content/library/item/download-session";

    public static string One(string id) => $"{Sessions}/{id}";

    public static string Action(string id, string action) => $"{Sessions}/{id}?action={action}";
}

/// <summary>Short forms of what clients say again and again.</summary>
static class ApiSentences
{
    public static async Task<string> CreateSession(this HttpClient client, string itemId)
    {
        using var answer = await client.PostAsJsonAsync(Paths.Sessions, new { library_item_id = itemId });
        answer.StatusCode.ShouldBe(HttpStatusCode.Created);
        return (await answer.Content.ReadFromJsonAsync<string>())!;
    }

    public static async Task<JsonElement> Json(this HttpResponseMessage answer) =>
        await answer.Content.ReadFromJsonAsync<JsonElement>();

    /// <summary>The type of an error, whose body must have the dialect's form.</summary>
    public static async Task<string> ErrorType(this HttpResponseMessage answer)
    {
        var error = await answer.Json();
        var message = error.GetProperty("messages")[0];
        message.GetProperty("id").GetString().ShouldStartWith("com.vmware.vdcs.cls-main.");
        message.GetProperty("default_message").GetString().ShouldNotBeNullOrWhiteSpace();
        message.GetProperty("args").ValueKind.ShouldBe(JsonValueKind.Array);
        return error.GetProperty("error_type").GetString()!;
    }
}
