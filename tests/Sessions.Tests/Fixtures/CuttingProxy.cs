using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Npgsql;
using Sessions.Storage.Log;

namespace Sessions.Tests.Fixtures;

/// <summary>What the proxy does with one pipeline on its way to the database.</summary>
enum Fate
{
    /// <summary>It goes through.</summary>
    Pass,

    /// <summary>The connection breaks before any of it reaches the database.</summary>
    CutBefore,

    /// <summary>The database executes it, and the connection breaks before the answer reaches the node.</summary>
    CutAfter,

    /// <summary>The connection to the node breaks, and the pipeline is kept until the test lets it through.</summary>
    Hold,
}

/// <summary>
/// A network between a node and PostgreSQL that breaks where a test wants it to. It recognizes the boundaries that
/// matter: Sync ends a pipeline, CopyDone ends copied rows, and ReadyForQuery ends an answer.
/// </summary>
sealed class CuttingProxy : IAsyncDisposable
{
    /// <summary>How long the database may take to answer when a test waits for it.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>A message begins with its type, and its length, which does not count the type.</summary>
    const int HeaderLength = 5;

    static readonly byte[][] EventNames = [.. EventJson.Types.Values.Select(type => Encoding.ASCII.GetBytes(type.Name))];

    readonly NpgsqlConnectionStringBuilder server;
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly ConcurrentDictionary<Wire, Task> wires = new();
    readonly ConcurrentQueue<(Wire Wire, byte[] Pipeline)> held = new();
    readonly Task accepting;

    public CuttingProxy(string connectionString)
    {
        server = new NpgsqlConnectionStringBuilder(connectionString);
        listener.Start();
        ConnectionString = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Host = IPAddress.Loopback.ToString(),
            Port = ((IPEndPoint)listener.LocalEndpoint).Port,
            SslMode = SslMode.Disable,
            GssEncryptionMode = GssEncryptionMode.Disable,
        }.ConnectionString;
        accepting = Accept();
    }

    /// <summary>Reaches the database through this network.</summary>
    public string ConnectionString { get; }

    /// <summary>Decides about each pipeline that writes events. The number counts these from 1.</summary>
    public Func<int, Task<Fate>> OnWrite { get; set; } = _ => Task.FromResult(Fate.Pass);

    /// <summary>Whether new connections break at once.</summary>
    public bool IsDown { get; set; }

    /// <summary>How many pipelines with events have arrived.</summary>
    public int Writes { get; private set; }

    /// <summary>Sends the held pipelines on, and waits for the database's answers.</summary>
    public async Task LetThrough()
    {
        while (held.TryDequeue(out var late))
            await late.Wire.Send(late.Pipeline);
    }

    async Task Accept()
    {
        while (true)
        {
            TcpClient node;
            try
            {
                node = await listener.AcceptTcpClientAsync();
            }
            catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
            {
                return;
            }

            var database = new TcpClient { NoDelay = true };
            await database.ConnectAsync(server.Host!, server.Port);
            var wire = new Wire(node, database);
            if (IsDown)
                wire.Close();
            else
                wires[wire] = Carry(wire);
        }
    }

    async Task Carry(Wire wire)
    {
        try
        {
            var backwards = wire.CarryAnswers();
            await foreach (var pipeline in wire.Pipelines())
            {
                switch (IsWrite(pipeline) ? await OnWrite(++Writes) : Fate.Pass)
                {
                    case Fate.CutBefore:
                        wire.Close();
                        break;
                    case Fate.CutAfter:
                        wire.IsDeaf = true;
                        await wire.Send(pipeline);
                        wire.Close();
                        break;
                    case Fate.Hold:
                        held.Enqueue((wire, pipeline));
                        wire.IsDeaf = true;
                        wire.CloseNode();
                        await backwards;
                        return;
                    default:
                        await wire.Pass(pipeline);
                        break;
                }
            }

            wire.Close();
            await backwards;
        }
        catch (Exception broken) when (broken is IOException or SocketException or ObjectDisposedException)
        {
            wire.Close();
        }
    }

    /// <summary>
    /// Whether a pipeline has an event's name among its parameters. Statements that read have such names in their text,
    /// and rows copied into a read model are not events.
    /// </summary>
    static bool IsWrite(byte[] pipeline)
    {
        var rest = pipeline.AsSpan();
        while (rest.Length >= HeaderLength && 1L + BinaryPrimitives.ReadInt32BigEndian(rest[1..]) is var length && length <= rest.Length)
        {
            if (rest[0] == (byte)'B' && HasEvent(rest[..(int)length]))
                return true;
            rest = rest[(int)length..];
        }

        return false;
    }

    static bool HasEvent(ReadOnlySpan<byte> parameters)
    {
        foreach (var name in EventNames)
        {
            if (parameters.IndexOf(name) >= 0)
                return true;
        }

        return false;
    }

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        await accepting;
        foreach (var wire in wires.Keys)
            wire.Close();
        await Task.WhenAll(wires.Values);
    }

    /// <summary>One connection: a socket to the node and one to the database.</summary>
    sealed class Wire(TcpClient node, TcpClient database)
    {
        readonly NetworkStream toNode = node.GetStream();
        readonly NetworkStream toDatabase = database.GetStream();
        TaskCompletionSource answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Whether the node no longer receives the database's answers.</summary>
        public bool IsDeaf { get; set; }

        public ValueTask Pass(byte[] pipeline) => toDatabase.WriteAsync(pipeline);

        /// <summary>Sends a pipeline and waits until the database has answered all of it.</summary>
        public async Task Send(byte[] pipeline)
        {
            answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await Pass(pipeline);
            await answered.Task.WaitAsync(Patience);
        }

        /// <summary>The data that the node sends, split where the node waits for an answer.</summary>
        public async IAsyncEnumerable<byte[]> Pipelines()
        {
            var pipeline = new MemoryStream();
            var isStartup = true;
            while (await ReadMessage(toNode, hasType: !isStartup) is { } message)
            {
                pipeline.Write(message);
                var asksForAnswer = isStartup || message[0] is (byte)'S' or (byte)'Q' or (byte)'p' or (byte)'X' or (byte)'c' or (byte)'f';
                isStartup = false;
                if (!asksForAnswer)
                    continue;
                yield return pipeline.ToArray();
                pipeline.SetLength(0);
            }
        }

        public async Task CarryAnswers()
        {
            try
            {
                while (await ReadMessage(toDatabase, hasType: true) is { } message)
                {
                    if (!IsDeaf)
                        await toNode.WriteAsync(message);
                    if (message[0] == (byte)'Z')
                        answered.TrySetResult();
                }
            }
            catch (Exception broken) when (broken is IOException or SocketException or ObjectDisposedException)
            {
                Close();
            }
        }

        public void CloseNode() => node.Dispose();

        public void Close()
        {
            node.Dispose();
            database.Dispose();
        }

        static async Task<byte[]?> ReadMessage(NetworkStream stream, bool hasType)
        {
            var header = new byte[hasType ? 5 : 4];
            if (await stream.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false) < header.Length)
                return null;
            var length = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(header.Length - 4));
            var message = new byte[header.Length - 4 + length];
            header.CopyTo(message, 0);
            await stream.ReadExactlyAsync(message.AsMemory(header.Length));
            return message;
        }
    }
}
