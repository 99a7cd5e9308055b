using System.Net;
using System.Text.Json;

namespace Sessions.Tests.Api;

/// <summary>Three clients: ana, who owns the sessions, an auditor, and an administrator who is no auditor.</summary>
public abstract class AuditQuestions(AuditApp app) : IClassFixture<AuditApp>, IAsyncLifetime
{
    protected const string Events = "/api/audit/events";

    protected AuditApp App { get; } = app;

    protected HttpClient Ana { get; private set; } = null!;

    protected HttpClient Auditor { get; private set; } = null!;

    protected HttpClient Admin { get; private set; } = null!;

    public async ValueTask InitializeAsync() =>
        (Ana, Auditor, Admin) = (await App.ClientOf("ana"), await App.ClientOf("bo"), await App.ClientOf("admin"));

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Ana.Dispose();
        Auditor.Dispose();
        Admin.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>A session of three events: ana creates it, keeps it alive and deletes it.</summary>
    protected async Task<string> Life()
    {
        var id = await Ana.CreateSession(App.ItemId);
        (await Ana.Act(id, "keep-alive", """{"progress":40}""")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await Ana.DeleteAsync(Paths.One(id))).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        return id;
    }

    protected static async Task<JsonElement> Ask(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, path);
        return await answer.Json();
    }
}
