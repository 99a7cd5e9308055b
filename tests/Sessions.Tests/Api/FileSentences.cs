using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Api.Downloads;
using Sessions.Content;
using Sessions.Domain;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

/// <summary>Short forms of requests for a session's files, and of what happens to files on the disk.</summary>
static class FileSentences
{
    /// <summary>A size that no test waits for: preparing such a file goes on until the server stops.</summary>
    public const long Endless = 1L << 40;

    /// <summary>Nothing in a test takes longer than this, unless it hangs.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static string Files(string id) => Paths.One(id) + "/file";

    public static string File(string id, string name) => $"{Files(id)}?file_name={Uri.EscapeDataString(name)}";

    public static async Task<JsonElement[]> FilesOf(this HttpClient client, string id)
    {
        using var answer = await client.GetAsync(Files(id));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return [.. (await answer.Json()).EnumerateArray()];
    }

    public static async Task<JsonElement> FileOf(this HttpClient client, string id, string name)
    {
        using var answer = await client.GetAsync(File(id, name));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await answer.Json();
    }

    public static Task<HttpResponseMessage> AskFor(this HttpClient client, string id, string name, string? endpoint = null) =>
        client.PostText(Files(id) + "?action=prepare", JsonSerializer.Serialize(
            endpoint is null
                ? new Dictionary<string, string>(StringComparer.Ordinal) { ["file_name"] = name }
                : new(StringComparer.Ordinal) { ["file_name"] = name, ["endpoint_type"] = endpoint }));

    public static async Task<JsonElement> Prepare(this HttpClient client, string id, string name, string? endpoint = null)
    {
        using var answer = await client.AskFor(id, name, endpoint);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await answer.Json();
    }

    /// <summary>Polls until a file is no longer being prepared, and returns every answer.</summary>
    public static Task<List<JsonElement>> Await(this HttpClient client, string id, string name) =>
        client.Await(id, name, file => !file.IsUnderWay());

    /// <summary>Polls until a file meets the condition, and returns every answer.</summary>
    public static async Task<List<JsonElement>> Await(
        this HttpClient client, string id, string name, Func<JsonElement, bool> isSo)
    {
        using var patience = new CancellationTokenSource(Patience);
        var seen = new List<JsonElement>();
        do
        {
            patience.Token.ThrowIfCancellationRequested();
            seen.Add(await client.FileOf(id, name));
        }
        while (!isSo(seen[^1]));

        return seen;
    }

    public static string Status(this JsonElement file) => file.GetProperty("status").GetString()!;

    public static bool IsUnderWay(this JsonElement file) => file.Status() is "PREPARE_REQUESTED" or "PREPARING";

    public static long BytesTransferred(this JsonElement file) => file.GetProperty("bytes_transferred").GetInt64();

    public static string Link(this JsonElement file) =>
        file.GetProperty("download_endpoint").GetProperty("uri").GetString()!;

    /// <summary>A failed file gives a reason in three fields; clients crash on a message that lacks one.</summary>
    public static string ShouldBeError(this JsonElement file)
    {
        file.Status().ShouldBe("ERROR");
        file.Names().ShouldNotContain("download_endpoint");
        var message = file.GetProperty("error_message");
        message.GetProperty("id").GetString().ShouldStartWith("com.vmware.vdcs.cls-main.");
        message.GetProperty("args").ValueKind.ShouldBe(JsonValueKind.Array);
        return message.GetProperty("default_message").GetString().ShouldNotBeNull();
    }

    /// <summary>Writes sparse files of these sizes as an item of their own, and returns its id.</summary>
    public static string AddItem(this SessionsApp app, string item, params (string Name, long Size)[] files)
    {
        Directory.CreateDirectory(Path.Join(app.ContentRoot, "sample", item));
        foreach (var (name, size) in files)
        {
            using var file = System.IO.File.Create(app.FileAt(item, name));
            file.SetLength(size);
        }

        app.Services.GetRequiredService<ContentLibrary>().Rescan();
        return app.Item(item);
    }

    public static string FileAt(this SessionsApp app, string item, string name) =>
        Path.Join(app.ContentRoot, "sample", item, name);

    /// <summary>
    /// Waits until the last byte of an item's first file has been read, or until no preparation of it runs, because its
    /// checksum is kept.
    /// </summary>
    public static async Task UntilRead(this SessionsApp app, string name)
    {
        using var patience = new CancellationTokenSource(Patience);
        var item = app.Services.GetRequiredService<ContentLibrary>().Current.Items.Single(one => one.Name == name).Pin();
        var preparation = app.Services.GetRequiredService<FilePreparation>();
        while (preparation.Find(new FileVersion(item.ItemId, item.Files[0])) is { } run && run.BytesRead < item.Files[0].Size)
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>A second node on the same database and the same disk.</summary>
    public static Task<SessionsApp> AnotherNodeOnTheSameDisk(this SessionsApp app)
    {
        app.Settings["Content:Root"] = app.ContentRoot;
        return app.AnotherNode();
    }
}
