using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace Sessions.Bench.Downloads;

/// <summary>Debian's nginx on a folder, as it comes, but without a log of its own: what a file server costs at the least.</summary>
internal sealed class Nginx : IAsyncDisposable
{
    static readonly TimeSpan StartMax = TimeSpan.FromSeconds(10);

    readonly Process process;

    Nginx(Process process, Uri url) => (this.process, Url) = (process, url);

    public Uri Url { get; }

    /// <summary>How long its processes have been on a processor.</summary>
    public TimeSpan ProcessorTime => Bench.ProcessorTime.OfTree(process.Id);

    public static async Task<Nginx> Start(string root, string folder, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        var url = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Server.FreePort()}"));
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
        var nginx = new Nginx(
            Process.Start(new ProcessStartInfo("nginx", ["-c", configuration, "-e", $"{folder}/error.log"]))!, url);
        try
        {
            await nginx.UntilItListens(cancellation);
            return nginx;
        }
        catch
        {
            await nginx.DisposeAsync();
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
}
