using System.Net.Sockets;
using System.Text;

namespace Sessions.Bench.Downloads;

/// <summary>What slow readers do to others.</summary>
/// <param name="Readers">How many read.</param>
/// <param name="Alone">The creates before.</param>
/// <param name="Beside">The creates beside them.</param>
/// <param name="MemoryBefore">The server's memory before they came, in bytes.</param>
/// <param name="MemoryFirst">When they had all begun, and sessions had been created beside them for a while.</param>
/// <param name="MemoryLast">At the end.</param>
internal sealed record Crowding(
    int Readers, Load Alone, Load Beside, long MemoryBefore, long MemoryFirst, long MemoryLast);

/// <summary>Two hundred clients, each of whom reads a large file slowly, while others create sessions.</summary>
internal sealed class SlowReaders(DownloadRig rig, Uri link, Wrk wrk) : IAsyncDisposable
{
    const int Readers = 200;
    const int Creators = 16;

    /// <summary>What each reads in a pause: 64 KiB a second.</summary>
    const int Portion = 16 * 1024;

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    readonly CancellationTokenSource stop = new();
    Task[] reading = [];

    public async Task<Crowding> Run(int seconds, CancellationToken cancellation)
    {
        // Memory grows to its usual size first.
        await Create(seconds, cancellation);
        var alone = await Create(seconds, cancellation);
        var before = rig.Server.ResidentMemory;
        var begun = Enumerable.Range(0, Readers).Select(_ => new TaskCompletionSource()).ToArray();
        reading = [.. begun.Select(Read)];
        await Task.WhenAll(begun.Select(one => one.Task)).WaitAsync(cancellation);
        // And again with them.
        await Create(seconds, cancellation);
        var first = rig.Server.ResidentMemory;
        var beside = await Create(seconds * 4, cancellation);
        return new Crowding(Readers, alone, beside, before, first, rig.Server.ResidentMemory);
    }

    Task<Load> Create(int seconds, CancellationToken cancellation) =>
        wrk.Run(
            rig.Server, Operation.Create, rig.Token, DownloadRig.ItemId(DownloadContent.SmallItem(0)).ToString(),
            Creators, seconds, cancellation);

    async Task Read(TaskCompletionSource begun)
    {
        try
        {
            using var connection = new TcpClient { ReceiveBufferSize = Portion };
            await connection.ConnectAsync(link.Host, link.Port, stop.Token);
            var stream = connection.GetStream();
            var request = $"GET {link.AbsolutePath} HTTP/1.1\r\nHost: {link.Authority}\r\n\r\n";
            await stream.WriteAsync(Encoding.ASCII.GetBytes(request), stop.Token);
            var portion = new byte[Portion];
            using var pace = new PeriodicTimer(Pause);
            do
            {
                await stream.ReadExactlyAsync(portion, stop.Token);
                begun.TrySetResult();
            }
            while (await pace.WaitForNextTickAsync(stop.Token));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            begun.TrySetCanceled(stop.Token);
        }
        catch (Exception failed)
        {
            begun.TrySetException(failed);
            throw;
        }
    }

    /// <exception cref="IOException">A reader was cut off.</exception>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(reading);
        stop.Dispose();
    }
}
