using System.Diagnostics;
using System.Net.Sockets;

namespace Sessions.Bench.Downloads;

/// <summary>A program that only serves files, in a process of its own, for comparison with the server.</summary>
internal sealed class FileServer : IAsyncDisposable
{
    static readonly TimeSpan StartMax = TimeSpan.FromSeconds(10);

    readonly Process process;

    FileServer(Process process, Uri url) => (this.process, Url) = (process, url);

    public Uri Url { get; }

    /// <summary>How long its processes have been on a processor.</summary>
    public TimeSpan ProcessorTime => Bench.ProcessorTime.OfTree(process.Id);

    /// <summary>Debian's nginx on a folder, with sendfile and no access log: the least that a file server costs.</summary>
    public static async Task<FileServer> Nginx(string root, string folder, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        var url = FreeUrl();
        var configuration = Path.Combine(folder, "nginx.conf");
        await File.WriteAllTextAsync(configuration, $$"""
            daemon off;
            worker_processes auto;
            pid {{folder}}/pid;
            error_log {{folder}}/error.log;
            events { worker_connections 1024; }
            http {
                sendfile on;
                tcp_nopush on;
                access_log off;
                client_body_temp_path {{folder}}/body;
                proxy_temp_path {{folder}}/proxy;
                fastcgi_temp_path {{folder}}/fastcgi;
                uwsgi_temp_path {{folder}}/uwsgi;
                scgi_temp_path {{folder}}/scgi;
                server { listen {{url.Authority}}; root {{root}}; }
            }

            """, cancellation);
        return await Start("nginx", ["-c", configuration, "-e", $"{folder}/error.log"], url, cancellation);
    }

    /// <summary>The web server that the server is built on, alone: <see cref="PlainFiles"/>.</summary>
    public static Task<FileServer> Plain(string root, CancellationToken cancellation)
    {
        var url = FreeUrl();
        return Start(
            Environment.ProcessPath!, [typeof(PlainFiles).Assembly.Location, PlainFiles.Word, root, url.AbsoluteUri], url, cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            using (var term = Process.Start("/bin/sh", ["-c", $"kill -TERM {process.Id}"]))
                await term.WaitForExitAsync();
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }

    static Uri FreeUrl() => new($"http://127.0.0.1:{Server.FreePort()}");

    static async Task<FileServer> Start(string program, string[] args, Uri url, CancellationToken cancellation)
    {
        var server = new FileServer(Process.Start(new ProcessStartInfo(program, args))!, url);
        try
        {
            await server.UntilItListens(cancellation);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    async Task UntilItListens(CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                using var connection = new TcpClient();
                await connection.ConnectAsync(Url.Host, Url.Port, cancellation);
                return;
            }
            catch (SocketException) when (!process.HasExited && Stopwatch.GetElapsedTime(started) < StartMax)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(10), cancellation);
            }
        }
    }
}
