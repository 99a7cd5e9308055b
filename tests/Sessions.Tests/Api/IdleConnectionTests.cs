using System.Net;
using System.Net.Sockets;
using Sessions.Api.Hosting;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

/// <summary>Connections on which nothing happens.</summary>
public sealed class IdleConnectionTests(TestPostgres postgres)
{
    /// <summary>How many connections; both ends of each are in this process.</summary>
    const int Idle = 2_000;

    [Fact]
    public async Task Many_idle_connections_do_not_stop_service()
    {
        var files = OpenFiles.Max() ?? long.MaxValue;
        Assert.SkipUnless(files >= 3 * Idle, $"{Idle} connections need {3 * Idle} open files; this process may have {files}.");
        await using var app = new SessionsApp(postgres);
        await app.InitializeAsync();
        var idle = await Connect(app, Idle);

        using var ana = await app.ClientOf("ana");
        var ids = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ana.CreateSession(app.ItemId)));

        (await ana.List()).ShouldBe(ids, ignoreOrder: true);
        foreach (var socket in idle)
            socket.Dispose();
    }

    [Fact]
    public async Task Connections_beyond_the_limit_are_closed_at_once_and_the_others_are_served()
    {
        await using var app = new SessionsApp(postgres);
        app.Settings["Limits:Connections"] = "3";
        await app.InitializeAsync();
        using var client = app.CreateClient();
        (await client.GetAsync("/health/live")).StatusCode.ShouldBe(HttpStatusCode.OK);

        // Of the connections that arrive at the same time, the server chooses which ones it turns away.
        var others = await Connect(app, 4);
        using var over = new CancellationTokenSource();
        var ends = others.Select(socket => socket.ReceiveAsync(new byte[1], over.Token).AsTask()).ToList();
        foreach (var _ in Enumerable.Range(0, 2))
        {
            var closed = await Task.WhenAny(ends).WaitAsync(StoreSentences.Patience);
            (await closed).ShouldBe(0);
            ends.Remove(closed);
        }

        (await client.GetAsync("/health/live")).StatusCode.ShouldBe(HttpStatusCode.OK);
        ends.ShouldAllBe(end => !end.IsCompleted);
        await over.CancelAsync();
        await Task.WhenAll(ends).ShouldFail<OperationCanceledException>();
        foreach (var socket in others)
            socket.Dispose();
    }

    static async Task<Socket[]> Connect(SessionsApp app, int count)
    {
        var sockets = new Socket[count];
        for (var i = 0; i < count; i++)
        {
            sockets[i] = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await sockets[i].ConnectAsync(IPAddress.Loopback, app.Url.Port);
        }

        return sockets;
    }
}
