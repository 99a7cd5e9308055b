using System.Net.Sockets;
using System.Text;
using Sessions.Faults.Arenas;
using Sessions.Faults.Checking;
using Sessions.Faults.Matrix;

namespace Sessions.Faults.Limits;

/// <summary>Clients that leave during long answers, or while their requests wait, hold up no other client.</summary>
sealed class DepartingClients : Cell
{
    const int Count = 1_000;
    const int AtOnce = 8;

    /// <summary>Some clients leave while their request waits, some while it is served, and some after that.</summary>
    const int StayMaxMilliseconds = 40;

    /// <summary>Each query that is admitted is recorded before it is answered.</summary>
    const string CountLooks = "select count(*) from access.audit_looks";

    Phases phases = null!;
    long asked;

    public override string Name => "departing-clients";

    public override string Fault => $"{Count} times somebody asks for all of his events, and goes before he has them";

    public override int NodeCount => 1;

    /// <summary>Departing clients once held up others for up to 30 s.</summary>
    public override TimeSpan[] Patiences => [TimeSpan.FromSeconds(10)];

    public override async Task Break(Arena arena)
    {
        phases = new Phases(arena.Clock);
        phases.Begin("before");
        await arena.Pass(Wanted.Calm);

        using var client = new Client();
        var user = arena.Load.FirstUser;
        var (node, token) = (arena.Nodes[0].Url, await client.LogIn(arena.Nodes[0].Url, user));
        var question = Encoding.ASCII.GetBytes(
            $"GET /api/audit/events?owner={user}&order=oldest HTTP/1.1\r\nHost: {node.Authority}\r\n"
            + $"vmware-api-session-id: {token}\r\nAccept: application/x-ndjson\r\n\r\n");
        int[] stays = [.. Enumerable.Range(0, Count).Select(_ => arena.Random.Next(StayMaxMilliseconds))];
        phases.Begin("while they go");
        await Parallel.ForEachAsync(
            stays, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (stay, cancellation) =>
            {
                using var connection = new TcpClient();
                await connection.ConnectAsync(node.Host, node.Port, cancellation);
                await connection.GetStream().WriteAsync(question, cancellation);
                await Task.Delay(TimeSpan.FromMilliseconds(stay), arena.Clock, cancellation);
            });

        await using var looks = arena.Database.CreateCommand(CountLooks);
        asked = (long)(await looks.ExecuteScalarAsync())!;
        phases.Begin("after");
        await arena.Pass(Wanted.Calm);
    }

    public override IEnumerable<Violation> AlsoBroken(Facts facts) =>
    [
        .. HeldUp(facts, "departing clients"),
        .. Felt(asked > 0, "nobody was let in to ask"),
    ];

    public override IEnumerable<string> Measured(Facts facts) => phases.Table(facts.Run);
}
