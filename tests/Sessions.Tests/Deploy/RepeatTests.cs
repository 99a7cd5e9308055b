using System.Net;
using System.Net.Sockets;

namespace Sessions.Tests.Deploy;

/// <summary>nginx with the configuration of <c>deploy/</c>, before a server that breaks off every request.</summary>
public sealed class RepeatTests : IAsyncDisposable
{
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
    }

    [Theory]
    [InlineData("GET", 2)]
    [InlineData("HEAD", 2)]
    [InlineData("POST", 1)]
    [InlineData("DELETE", 1)]
    public async Task Only_what_reads_goes_to_the_other_server_when_one_has_had_it(string method, int times)
    {
        await using var front = await Front.Before(server.LocalEndpoint.ToString()!);
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(front.Url, "/api/session"));

        (await client.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.BadGateway);

        requests.ShouldBe(Enumerable.Repeat($"{method} /api/session HTTP/1.1", times));
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
