using System.Net.Sockets;
using System.Text;
using Sessions.Domain;
using Sessions.Faults.History;

namespace Sessions.Faults.Arenas;

/// <summary>
/// A client that reads a large file so slowly that it is not done before the run is, but fast enough that the lease is
/// renewed. Its buffers are so small that the bytes wait at the node.
/// </summary>
sealed class SlowReader : IAsyncDisposable
{
    const int PieceSize = 64 * 1024;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    readonly TcpClient connection = new() { ReceiveBufferSize = PieceSize };
    readonly Arena arena;
    Task reading = Task.CompletedTask;

    SlowReader(Arena arena, string traceId) => (this.arena, TraceId) = (arena, traceId);

    /// <summary>Identifies its transfer.</summary>
    public string TraceId { get; }

    /// <summary>Whether it still gets bytes.</summary>
    public bool IsReading => !reading.IsCompleted;

    /// <summary>Creates a session on this item, and starts to read its file.</summary>
    public static async Task<SlowReader> Begin(Arena arena, Node node, PinnedItem item)
    {
        var load = arena.Load;
        var (id, fileName) = ((await load.Ask(node, new Asked.Create(item.ItemId, Token: null), session: null)
            as Answer.Created).ShouldNotBeNull().Id, item.Files[0].Name);
        var prepare = new Asked.Command(new SessionCommand.PrepareFile(fileName));
        Uri? link = null;
        await arena.Until(
            async () => (link = (await load.Ask(node, prepare, id) as Answer.Done)?.Link) is not null,
            () => $"{fileName} is not made ready:\n{node.Printed}");

        var (number, start) = (load.NextNumber(), arena.Clock.GetTimestamp());
        var reader = new SlowReader(arena, Operation.TraceIdOf(Operation.TraceParentOf(number)));
        // Recorded now, because the run does not wait until it has the whole file.
        load.Record(new Operation(
            number, load.FirstUser, node.Name, id, new Asked.Fetch(fileName, "", link!), start, start, new Answer.Unknown("read slowly")));
        await reader.connection.ConnectAsync(node.Url.Host, node.Url.Port);
        await reader.connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"GET {link!.PathAndQuery} HTTP/1.1\r\nHost: {node.Url.Authority}\r\ntraceparent: {Operation.TraceParentOf(number)}\r\n\r\n"));
        await reader.connection.GetStream().ReadExactlyAsync(new byte[PieceSize]).AsTask().WaitAsync(Patience);
        reader.reading = reader.Read();
        return reader;
    }

    async Task Read()
    {
        var piece = new byte[PieceSize];
        try
        {
            while (await connection.GetStream().ReadAsync(piece) > 0)
                await arena.Pass(Pause);
        }
        catch (Exception broken) when (broken is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The node has cut the connection, or this reader is disposed of.
        }
    }

    public async ValueTask DisposeAsync()
    {
        connection.Dispose();
        await reading;
    }
}
