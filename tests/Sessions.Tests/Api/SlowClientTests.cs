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

/// <summary>Clients that hold a connection and send nothing, or next to nothing.</summary>
public sealed class SlowClientTests(ImpatientApp app) : IClassFixture<ImpatientApp>
{
    /// <summary>How long these clients wait: less than the 30 s that Kestrel gives a request head by default.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

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

        var answer = await UntilClosed(Creation(ana, length: 1000) + "{\"library");

        answer.ShouldStartWith("HTTP/1.1 408 ");
        answer.ShouldContain("download_session_request_too_slow");
        (await app.CountEvents()).ShouldBe(events);
    }

    [Fact]
    public async Task A_body_that_comes_more_slowly_than_the_server_asks_for_is_closed()
    {
        using var ana = await app.ClientOf("ana");
        using var socket = await Connect(app, Creation(ana, length: 1_000_000));
        var answer = Read(socket);

        // Far more than the 240 bytes a second that Kestrel demands by default.
        while (!answer.IsCompleted && await TrySend(socket, new string(' ', 200)))
            await app.Run("select pg_sleep(0.02)");

        (await answer).ShouldStartWith("HTTP/1.1 408 ");
    }

    [Fact]
    public async Task A_body_may_pause_for_as_long_as_the_server_is_patient()
    {
        await using var patient = await app.AnotherNode(("Limits:BodyPatience", "00:10:00"));
        using var ana = await patient.ClientOf("ana");
        var body = $$"""{"library_item_id":"{{app.ItemId}}"}""";
        using var socket = await Connect(patient, Creation(ana, body.Length) + body[..10]);

        // By default Kestrel waits 5 s for more of a body, and it checks once a second.
        await app.WaitUntil(await app.Now() + TimeSpan.FromSeconds(7));
        await TrySend(socket, body[10..]);

        (await Read(socket)).ShouldStartWith("HTTP/1.1 201 ");
    }

    [Fact]
    public async Task A_reader_of_a_file_may_be_as_slow_as_his_session_allows()
    {
        var session = await app.Begin(app.AddSparse("big.iso", 100_000_000));
        await using var reader = await SlowReader.Open(await app.Link(session, "big.iso"));

        // Longer than the server waits for any other client.
        await app.WaitUntil(await app.Now() + TimeSpan.FromSeconds(3));

        await reader.Read(50_000_000);
    }

    static async Task<string> Read(Socket socket)
    {
        var answer = new MemoryStream();
        var buffer = new byte[4096];
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            while (await socket.ReceiveAsync(buffer, patience.Token) is > 0 and var count)
                answer.Write(buffer, 0, count);
        }
        catch (SocketException) when (answer.Length > 0)
        {
            // The server closed the connection with input unread, which the operating system reports as a reset.
        }

        return Encoding.ASCII.GetString(answer.ToArray());
    }

    /// <summary>Sends some more, unless the server has closed the connection.</summary>
    static async Task<bool> TrySend(Socket socket, string more)
    {
        try
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes(more));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    static async Task<Socket> Connect(SessionsApp server, string sent)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, server.Url.Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes(sent));
        return socket;
    }

    /// <summary>The head of a request that creates a session.</summary>
    static string Creation(HttpClient user, int length) =>
        $"POST {Paths.Sessions} HTTP/1.1\r\nHost: here\r\nvmware-api-session-id: {user.Token()}\r\n"
        + $"Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n";

    /// <summary>What the server answers to these bytes before it closes the connection by itself.</summary>
    async Task<string> UntilClosed(string sent)
    {
        using var socket = await Connect(app, sent);
        return await Read(socket);
    }
}
