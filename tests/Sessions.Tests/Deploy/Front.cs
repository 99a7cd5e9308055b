using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Deploy;

/// <summary>nginx with the configuration of <c>deploy/</c>, in front of one server that stands for both.</summary>
sealed class Front : IAsyncDisposable
{
    readonly ServerFolder folder;
    readonly ServerProcess nginx;

    Front(ServerFolder folder, ServerProcess nginx, Uri url) => (this.folder, this.nginx, Url) = (folder, nginx, url);

    public Uri Url { get; }

    /// <summary>The access log, once it names this path; nginx writes a line only after the answer.</summary>
    public async Task<string> LogOf(string path)
    {
        var log = "";
        await StoreSentences.Until(async () =>
            (log = await File.ReadAllTextAsync(Path.Combine(folder.FullPath, "access.log"))).Contains(path, StringComparison.Ordinal));
        return log;
    }

    /// <summary>Starts nginx, and returns when it listens. The test is skipped where there is no nginx.</summary>
    public static async Task<Front> Before(string server)
    {
        var programs = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Append("/usr/sbin");
        var program = programs.Select(place => Path.Combine(place, "nginx")).FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, "nginx is not on this machine.");
        var here = new ServerFolder();
        ServerProcess? started = null;
        try
        {
            var address = FreeAddress();
            await Configure(here, server, address);
            started = ServerProcess.Run(
                program!, here.FullPath, new Dictionary<string, string?>(),
                ["-p", here.FullPath, "-c", "nginx.conf", "-e", "error.log", "-g", "daemon off;"]);
            await UntilListening(address);
            return new Front(here, started, new Uri(string.Create(CultureInfo.InvariantCulture, $"http://{address}/")));
        }
        catch
        {
            if (started is not null)
                await started.DisposeAsync();
            await here.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await nginx.DisposeAsync();
        await folder.DisposeAsync();
    }

    static IPEndPoint FreeAddress()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        return (IPEndPoint)free.LocalEndpoint;
    }

    static async Task Configure(ServerFolder folder, string server, IPEndPoint address)
    {
        var text = await File.ReadAllTextAsync(Repository.PathOf("deploy", "nginx.conf"));
        await File.WriteAllTextAsync(
            Path.Combine(folder.FullPath, "sessions.conf"),
            text.Replace("one:8080", server, StringComparison.Ordinal)
                .Replace("two:8080", server, StringComparison.Ordinal)
                .Replace("listen 8080", $"listen {address}", StringComparison.Ordinal)
                .Replace("/var/log/nginx/access.log", "access.log", StringComparison.Ordinal));
        await File.WriteAllTextAsync(Path.Combine(folder.FullPath, "nginx.conf"), """
            pid nginx.pid;
            events { }
            http {
                client_body_temp_path body;
                proxy_temp_path proxy;
                fastcgi_temp_path fastcgi;
                uwsgi_temp_path uwsgi;
                scgi_temp_path scgi;
                include sessions.conf;
            }
            """);
    }

    static async Task UntilListening(IPEndPoint address)
    {
        var started = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using var connection = new TcpClient();
                await connection.ConnectAsync(address);
                return;
            }
            catch (SocketException) when (started.Elapsed < StoreSentences.Patience)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20));
            }
        }
    }
}
