using System.Net;

namespace Sessions.Tests.Fixtures;

/// <summary>A client that reads a little and then stops, for tests that need a transfer in progress.</summary>
sealed class SlowReader : IAsyncDisposable
{
    const long HeldBySocketsMax = 64_000_000;

    readonly HttpClient client;
    readonly HttpResponseMessage answer;
    readonly Stream body;

    SlowReader(HttpClient client, HttpResponseMessage answer, Stream body) =>
        (this.client, this.answer, this.body) = (client, answer, body);

    public static async Task<SlowReader> Open(Uri link)
    {
        var http = new HttpClient();
        var head = await http.GetAsync(link, HttpCompletionOption.ResponseHeadersRead);
        head.StatusCode.ShouldBe(HttpStatusCode.OK);
        var reader = new SlowReader(http, head, await head.Content.ReadAsStreamAsync());
        await reader.Read(1000);
        return reader;
    }

    public async Task Read(int count) => await body.ReadExactlyAsync(new byte[count]);

    /// <summary>
    /// Reads on as fast as it can. The connection must break, after no more bytes than the sockets of both sides held
    /// when the server cut it. If the client reads until the cut, the number of bytes is not limited.
    /// </summary>
    public async Task ShouldBeCut(bool isReadUntilThen = false)
    {
        using var patience = new CancellationTokenSource(StoreSentences.Patience);
        var some = new byte[100_000];
        var all = 0L;
        await Should.ThrowAsync<IOException>(async () =>
        {
            while (await body.ReadAsync(some, patience.Token) is > 0 and var count)
                (all += count).ShouldBeLessThan(isReadUntilThen ? long.MaxValue : HeldBySocketsMax);
        });
    }

    public ValueTask DisposeAsync()
    {
        answer.Dispose();
        client.Dispose();
        return ValueTask.CompletedTask;
    }
}
