using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Sessions.Bench.Downloads;

/// <summary>
/// The web server that the server is built on, sending files as the server does, and nothing else: no session, no record,
/// no check. Any cost of a download beyond this is the server's own; no server built on it can be cheaper.
/// </summary>
internal static class PlainFiles
{
    /// <summary>The argument that makes this program serve plain files, in a process of its own.</summary>
    public const string Word = "plain-files";

    public static async Task Serve(string folder, Uri url, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(url.AbsoluteUri);
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.Run(http => Send(http.Response, folder + http.Request.Path, http.RequestAborted));
        await app.StartAsync(cancellation);
        await app.WaitForShutdownAsync(cancellation);
    }

    static async Task Send(HttpResponse response, string path, CancellationToken cancellation)
    {
        if (!File.Exists(path))
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        using var file = File.OpenHandle(path);
        var size = RandomAccess.GetLength(file);
        response.ContentLength = size;
        await response.StartAsync(cancellation);
        for (var sent = 0L; sent < size;)
        {
            var read = RandomAccess.Read(file, response.BodyWriter.GetSpan(DownloadContent.SmallSize), sent);
            response.BodyWriter.Advance(read);
            sent += read;
            await response.BodyWriter.FlushAsync(cancellation);
        }
    }
}
