using System.Net.Sockets;
using System.Text;

namespace Sessions.Bench.Downloads;

/// <summary>How slow readers affect other clients.</summary>
/// <param name="Readers">How many clients read slowly.</param>
/// <param name="Alone">The creates without them, one load a round.</param>
/// <param name="Beside">The creates beside them, one load a round.</param>
/// <param name="MemoryBefore">The server's memory before they came, in bytes.</param>
/// <param name="MemoryFirst">The most in the first half of their last minute, while sessions are created.</param>
/// <param name="MemoryLast">The most in its second half.</param>
internal sealed record Crowding(
    int Readers, IReadOnlyList<Load> Alone, IReadOnlyList<Load> Beside, long MemoryBefore, long MemoryFirst, long MemoryLast)
{
    /// <summary>How many times as long a create's p99 is beside them: the median of the rounds.</summary>
    public double Slowdown => Median.Of(Beside.Zip(Alone, (beside, alone) => beside.P99 / alone.P99));
}

/// <summary>Two hundred clients that each read a large file slowly while others create sessions.</summary>
internal sealed class SlowReaders(DownloadRig rig, Uri link, Wrk wrk) : IAsyncDisposable
{
    const int Readers = 200;
    const int Creators = 16;

    /// <summary>What each reads before a pause: 64 KiB a second.</summary>
    const int Portion = 16 * 1024;

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// How long callers create before it counts. By then the readers' sockets are full, so the server sends only what they
    /// read, and the ends of the previous readers' transfers are on record.
    /// </summary>
    const int SettleSeconds = 10;

    /// <summary>Half of the time that the readers stay in the end.</summary>
    const int HalfStaySeconds = 30;

    static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    CancellationTokenSource stop = new();
    Task[] reading = [];

    /// <summary>Measures without and with them, one right after the other; every other round in reverse order.</summary>
    public async Task<Crowding> Run(int rounds, int seconds, CancellationToken cancellation)
    {
        // Memory first grows to its usual size, and earlier writes reach the disk.
        await Create(seconds, cancellation);
        await ChildProcess.Run("sync", [], environment: null, cancellation);
        var (alone, beside) = (new List<Load>(), new List<Load>());
        var before = rig.Server.ResidentMemory;
        for (var round = 0; round < rounds; round++)
        {
            if (round % 2 == 0)
                alone.Add(await CreateSettled(seconds, cancellation));
            await Come(cancellation);
            beside.Add(await CreateSettled(seconds, cancellation));
            await Go();
            if (round % 2 == 1)
                alone.Add(await CreateSettled(seconds, cancellation));
        }

        await Come(cancellation);
        await Create(SettleSeconds, cancellation);
        var first = await Memory(Create(HalfStaySeconds, cancellation));
        var last = await Memory(Create(HalfStaySeconds, cancellation));
        await Go();
        return new Crowding(Readers, alone, beside, before, first, last);
    }

    /// <summary>The most memory that the server had during a load.</summary>
    async Task<long> Memory(Task<Load> load)
    {
        var most = 0L;
        while (await Task.WhenAny(load, Task.Delay(Look, CancellationToken.None)) != load)
            most = Math.Max(most, rig.Server.ResidentMemory);
        await load;
        return most;
    }

    async Task Come(CancellationToken cancellation)
    {
        stop = new CancellationTokenSource();
        var begun = Enumerable.Range(0, Readers).Select(_ => new TaskCompletionSource()).ToArray();
        reading = [.. begun.Select(Read)];
        await Task.WhenAll(begun.Select(one => one.Task)).WaitAsync(cancellation);
    }

    /// <exception cref="IOException">A reader was cut off.</exception>
    async Task Go()
    {
        await stop.CancelAsync();
        await Task.WhenAll(reading);
        reading = [];
        stop.Dispose();
    }

    /// <summary>Creates sessions after the same load and a checkpoint, with readers or without.</summary>
    async Task<Load> CreateSettled(int seconds, CancellationToken cancellation)
    {
        await Create(SettleSeconds, cancellation);
        await rig.Cluster.Checkpoint(cancellation);
        return await Create(seconds, cancellation);
    }

    Task<Load> Create(int seconds, CancellationToken cancellation) =>
        wrk.Run(
            rig.Server, Operation.Create, rig.Token, DownloadRig.ItemId(DownloadContent.SmallItem(0)).ToString(),
            Creators, seconds, cancellation);

    async Task Read(TaskCompletionSource begun)
    {
        try
        {
            using var connection = new TcpClient();
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

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (reading.Length > 0)
            await Go();
    }
}
