using System.Net.Http.Json;

namespace Sessions.Tests.Api;

/// <summary>Requests to a server that was started as a developer starts it, by the URL where it listens.</summary>
static class ProcessSentences
{
    public static async Task<string> CreateSession(this Uri url)
    {
        using var demo = await url.ClientOf("demo");
        var library = (await demo.GetFromJsonAsync<string[]>(Paths.Libraries))!.Single();
        var items = await demo.GetFromJsonAsync<string[]>($"{Paths.Items}?library_id={library}");
        return await demo.CreateSession(items![0]);
    }

    public static async Task ShouldHave(this Uri url, string id)
    {
        using var demo = await url.ClientOf("demo");
        (await demo.Session(id)).State().ShouldBe("ACTIVE");
    }

    /// <summary>The server listens before its database is migrated, so the first login may come too early.</summary>
    public static async Task<HttpClient> ClientOf(this Uri url, string user, string? password = null)
    {
        var client = new HttpClient { BaseAddress = url };
        using var login = await client.LogInWhenReady(user, password ?? user);
        client.DefaultRequestHeaders.Add("vmware-api-session-id", await login.Content.ReadFromJsonAsync<string>());
        return client;
    }
}
