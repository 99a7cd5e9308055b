using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Sessions.Content;

namespace Sessions.Bench.Downloads;

/// <summary>
/// Everything that runs while downloads are measured: PostgreSQL, the server, nginx and a bare Kestrel on the same folder,
/// and the login.
/// </summary>
internal sealed class DownloadRig : IAsyncDisposable
{
    const string User = "downloader";

    static readonly TimeSpan PrepareMax = TimeSpan.FromMinutes(2);

    readonly string password = RandomNumberGenerator.GetHexString(32);
    readonly DirectoryInfo folder;

    DownloadRig(DirectoryInfo folder) => this.folder = folder;

    public string Folder => folder.FullName;

    public string Root => Path.Combine(Folder, "content");

    public Cluster Cluster { get; private set; } = null!;

    public Server Server { get; private set; } = null!;

    public FileServer Nginx { get; private set; } = null!;

    public FileServer Plain { get; private set; } = null!;

    public string Token { get; private set; } = "";

    public static async Task<DownloadRig> Start(BenchOptions options, CancellationToken cancellation)
    {
        // The accounts that run PostgreSQL and nginx must be able to traverse this folder.
        var temporary = Directory.CreateTempSubdirectory("sessions-bench-");
        temporary.UnixFileMode |= UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        var rig = new DownloadRig(temporary);
        try
        {
            await DownloadContent.WriteTo(rig.Root, cancellation);
            // Otherwise every commit waits until the files are on disk.
            await ChildProcess.Run("sync", [], environment: null, cancellation);
            rig.Cluster = await Cluster.Start(Path.Combine(rig.Folder, "postgres"), cancellation);
            rig.Nginx = await FileServer.Nginx(rig.Root, Path.Combine(rig.Folder, "nginx"), cancellation);
            rig.Plain = await FileServer.Plain(rig.Root, cancellation);
            rig.Server = await Server.Start(options.Server, new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["ConnectionStrings__Sessions"] = rig.Cluster.ServedConnectionString,
                ["Content__Root"] = rig.Root,
                ["Lease__IdleTimeout"] = Rig.LongLease.IdleTimeout.ToString("c", CultureInfo.InvariantCulture),
                ["Users__0__Name"] = User,
                ["Users__0__Password"] = rig.password,
            }, cancellation);
            rig.Token = await rig.Server.LogIn(User, rig.password, cancellation);
            return rig;
        }
        catch
        {
            await rig.DisposeAsync();
            throw;
        }
    }

    public static Guid ItemId(string item) => ContentId.OfItem(DownloadContent.Library, item);

    /// <summary>Begins a session, as a client does, and returns its id.</summary>
    public Task<string> Begin(string item, CancellationToken cancellation) =>
        Server.Send(
            HttpMethod.Post, Caller.Path, Token, $$"""{"library_item_id":"{{ItemId(item)}}"}""", cancellation);

    /// <summary>Has a file prepared, and returns its link once it is ready.</summary>
    public async Task<Uri> Prepare(string session, string file, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(PrepareMax);
        while (true)
        {
            var answer = await Server.Send(
                HttpMethod.Post, $"{Caller.Path}/{session}/file?action=prepare", Token, $$"""{"file_name":"{{file}}"}""",
                patience.Token);
            if (JsonDocument.Parse(answer).RootElement.TryGetProperty("download_endpoint", out var endpoint))
                return new Uri(endpoint.GetProperty("uri").GetString()!);
            await Task.Delay(TimeSpan.FromMilliseconds(200), patience.Token);
        }
    }

    /// <summary>The URL of the same file at nginx.</summary>
    public Uri Bare(string item, string file) => new(Nginx.Url, $"/{DownloadContent.Library}/{item}/{file}");

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (Server is not null)
                await Server.DisposeAsync();
            foreach (var files in new[] { Nginx, Plain })
            {
                if (files is not null)
                    await files.DisposeAsync();
            }
        }
        finally
        {
            if (Cluster is not null)
                await Cluster.DisposeAsync();
            else
                await Cluster.StopLeftover(Path.Combine(Folder, "postgres"));
            folder.Delete(recursive: true);
        }
    }
}
