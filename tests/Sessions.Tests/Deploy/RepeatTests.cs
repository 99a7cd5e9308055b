using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Deploy;

/// <summary>nginx with the configuration of <c>deploy/</c>, before servers that break off in the middle of each request.</summary>
public sealed class RepeatTests : IAsyncDisposable
{
    readonly ServerFolder folder = new();
    readonly TcpListener server = new(IPAddress.Loopback, 0);
    readonly List<string> requests = [];
    readonly Task serving;

    public RepeatTests()
    {
        server.Start();
        serving = Serve();
    }

    public async ValueTask DisposeAsync()
    {
        server.Stop();
        await serving;
        await folder.DisposeAsync();
    }

    [Theory]
    [InlineData("GET", 2)]
    [InlineData("HEAD", 2)]
    [InlineData("POST", 1)]
    [InlineData("DELETE", 1)]
    public async Task Only_what_reads_goes_to_the_other_server_when_one_has_had_it(string method, int times)
    {
        var programs = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Append("/usr/sbin");
        var nginx = programs.Select(program => Path.Combine(program, "nginx")).FirstOrDefault(File.Exists);
        Assert.SkipWhen(nginx is null, "nginx is not on this machine.");
        var url = await Configure();
        await using var front = ServerProcess.Run(
            nginx!, folder.FullPath, new Dictionary<string, string?>(),
            ["-p", folder.FullPath, "-c", "nginx.conf", "-e", "error.log", "-g", "daemon off;"]);

        using var client = new HttpClient();
        (await Send(client, method, url)).StatusCode.ShouldBe(HttpStatusCode.BadGateway);

        requests.ShouldBe(Enumerable.Repeat($"{method} /api/session HTTP/1.1", times));
    }

    async Task<Uri> Configure()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var front = ((IPEndPoint)free.LocalEndpoint).ToString();
        free.Stop();
        var behind = ((IPEndPoint)server.LocalEndpoint).ToString();
        var text = await File.ReadAllTextAsync(Repository.PathOf("deploy", "nginx.conf"));
        await File.WriteAllTextAsync(
            Path.Combine(folder.FullPath, "sessions.conf"),
            text.Replace("one:8080", behind, StringComparison.Ordinal)
                .Replace("two:8080", behind, StringComparison.Ordinal)
                .Replace("listen 8080", "listen " + front, StringComparison.Ordinal));
        await File.WriteAllTextAsync(Path.Combine(folder.FullPath, "nginx.conf"), """
            pid nginx.pid;
            events { }
            http {
                access_log off;
                client_body_temp_path body;
                proxy_temp_path proxy;
                fastcgi_temp_path fastcgi;
                uwsgi_temp_path uwsgi;
                scgi_temp_path scgi;
                include sessions.conf;
            }
            """);
        return new Uri(string.Create(CultureInfo.InvariantCulture, $"http://{front}/api/session"));
    }

    /// <summary>The answer, once nginx listens.</summary>
    static async Task<HttpResponseMessage> Send(HttpClient client, string method, Uri url)
    {
        var started = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), url);
                return await client.SendAsync(request);
            }
            catch (HttpRequestException) when (started.Elapsed < StoreSentences.Patience)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20));
            }
        }
    }

    async Task Serve()
    {
        while (true)
        {
            try
            {
                using var client = await server.AcceptTcpClientAsync();
                using var reader = new StreamReader(client.GetStream());
                requests.Add(await reader.ReadLineAsync() ?? "");
            }
            catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }
}
