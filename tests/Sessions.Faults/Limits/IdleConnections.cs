using System.Net.Sockets;
using System.Text;
using Sessions.Api.Hosting;
using Sessions.Faults.Arenas;
using Sessions.Faults.Checking;
using Sessions.Faults.History;
using Sessions.Faults.Matrix;

namespace Sessions.Faults.Limits;

/// <summary>Idle connections take no service from other clients, and stay open.</summary>
sealed class IdleConnections : Cell
{
    const int Count = 10_000;

    /// <summary>Other files that this process and a node open, including those that the node reserves for itself.</summary>
    const int OthersOpen = 2_000;

    const int AskedAtOnce = 100;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    static readonly byte[] Question = "GET /health/live HTTP/1.1\r\nHost: idle\r\n\r\n"u8.ToArray();

    Phases phases = null!;
    int closed;

    public override string Name => "idle-connections";

    public override string Fault => $"{Count} connections to one node are open on which nobody asks for anything";

    public override int NodeCount => 1;

    /// <summary>The default leaves room for an open file beside each connection; none is read here.</summary>
    public override IEnumerable<(string Name, string Value)> EnvironmentOf(int node) => [("Limits__Connections", "20000")];

    /// <summary>Long enough that no client gives up too early, however busy the machine is.</summary>
    public override TimeSpan[] Patiences => [Patience];

    public override string? Missing =>
        OpenFiles.Max() is var most && most < Count + OthersOpen
            ? $"a process may have {most} files open, and {Count + OthersOpen} are needed: 'ulimit -n' says how many"
            : null;

    public override async Task Break(Arena arena)
    {
        phases = new Phases(arena.Clock);
        phases.Begin("before");
        await arena.Pass(Wanted.Calm);

        phases.Begin("while they are opened");
        var url = arena.Nodes[0].Url;
        var idle = new List<TcpClient>(Count);
        try
        {
            while (idle.Count < Count)
            {
                idle.Add(new TcpClient());
                await idle[^1].ConnectAsync(url.Host, url.Port);
            }

            phases.Begin("with them");
            var open = arena.Clock.GetTimestamp();
            await arena.Pass(Wanted.Calm);
            await arena.UntilAnswered(open, asked => asked.Answer is Answer.Created, "nobody creates a session while they are open");

            phases.Begin("while they are asked");
            closed = 0;
            await Parallel.ForEachAsync(idle, new ParallelOptions { MaxDegreeOfParallelism = AskedAtOnce }, Ask);
        }
        finally
        {
            foreach (var connection in idle)
                connection.Dispose();
        }

        phases.Begin("after");
        await arena.Pass(Wanted.Calm);
    }

    public override IEnumerable<Violation> AlsoBroken(Facts facts) =>
    [
        .. closed > 0 ? [new Violation("idle connections stay open", $"{closed} of {Count} gave no answer")] : Array.Empty<Violation>(),
        .. HeldUp(facts, "idle connections"),
    ];

    public override IEnumerable<string> Measured(Facts facts) => phases.Table(facts.Run);

    /// <summary>Sends a request, which shows whether the connection is still open.</summary>
    async ValueTask Ask(TcpClient connection, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            var stream = connection.GetStream();
            await stream.WriteAsync(Question, patience.Token);
            using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
            if (await reader.ReadLineAsync(patience.Token) != "HTTP/1.1 200 OK")
                Interlocked.Increment(ref closed);
        }
        catch (Exception broken) when (broken is IOException or OperationCanceledException)
        {
            Interlocked.Increment(ref closed);
        }
    }
}
