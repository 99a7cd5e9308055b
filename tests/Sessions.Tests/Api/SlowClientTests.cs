using System.Net;
using System.Net.Sockets;
using System.Text;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

/// <summary>A server with little patience.</summary>
public sealed class ImpatientApp : DownloadApp
{
    public ImpatientApp(TestPostgres postgres)
        : base(postgres)
    {
        Settings["Limits:ConnectionIdle"] = "00:00:01";
        Settings["Limits:RequestHead"] = "00:00:01";
        Settings["Limits:BodyPatience"] = "00:00:01.2";
        Settings["Limits:BodyBytesPerSecond"] = "100000";
    }
}

/// <summary>Clients who hold a connection and send nothing, or next to nothing; and many of them.</summary>
public sealed class SlowClientTests(ImpatientApp app) : IClassFixture<ImpatientApp>
{
    [Fact]
    public async Task A_connection_without_a_request_is_closed() =>
        (await UntilClosed("")).ShouldBeEmpty();

    [Fact]
    public async Task A_connection_without_a_further_request_is_closed() =>
        (await UntilClosed("GET /health/live HTTP/1.1\r\nHost: here\r\n\r\n")).ShouldStartWith("HTTP/1.1 200 ");

    [Fact]
    public async Task A_head_that_does_not_come_to_its_end_is_closed() =>
        (await UntilClosed("GET /health/live HTTP/1.1\r\nHost: he")).ShouldStartWith("HTTP/1.1 408 ");

    [Fact]
    public async Task A_body_that_does_not_come_to_its_end_is_closed()
    {
        using var ana = await app.ClientOf("ana");
        var events = await app.CountEvents();

        var answer = await UntilClosed($$"""
            POST {{Paths.Sessions}} HTTP/1.1
            Host: here
            vmware-api-session-id: {{ana.Token()}}
            Content-Type: application/json
            Content-Length: 1000

            {"library
            """.ReplaceLineEndings("\r\n"));

        answer.ShouldStartWith("HTTP/1.1 408 ");
        answer.ShouldContain("download_session_request_too_slow");
        (await app.CountEvents()).ShouldBe(events);
    }

    [Fact]
    public async Task A_reader_of_a_file_may_be_as_slow_as_his_session_allows()
    {
        var session = await app.Begin(app.AddSparse("big.iso", 100_000_000));
        await using var reader = await SlowReader.Open(await app.Link(session, "big.iso"));

        // Longer than the server's patience with anybody else.
        await app.WaitUntil(await app.Now() + TimeSpan.FromSeconds(3));

        await reader.Read(50_000_000);
    }

    static async Task<string> Read(Socket socket)
    {
        var answer = new MemoryStream();
        var buffer = new byte[4096];
        using var patience = new CancellationTokenSource(StoreSentences.Patience);
        while (await socket.ReceiveAsync(buffer, patience.Token) is > 0 and var count)
            answer.Write(buffer, 0, count);
        return Encoding.ASCII.GetString(answer.ToArray());
    }

    /// <summary>What the server answers to these bytes until it closes the connection by itself.</summary>
    async Task<string> UntilClosed(string sent)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, app.Url.Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes(sent));
        return await Read(socket);
    }
}
