using System.Collections.Concurrent;
using System.Collections.Immutable;
using Sessions.Domain;
using Sessions.Faults.History;
using static Sessions.Domain.SessionCommand;

namespace Sessions.Faults.Arenas;

/// <summary>
/// Many clients at once, who do all that the modern dialect can do to sessions, each with its own random
/// numbers from the run's seed. None repeats a request. Every answer is recorded.
/// </summary>
sealed class Load(Guid itemId, ImmutableDictionary<string, string> tokens, Func<IReadOnlyList<Node>> nodesNow, TimeProvider clock) : IDisposable
{
    const int Clients = 8;
    const string FileName = "hello.txt";

    /// <summary>How long a client waits for an answer: some give up while the server still looks into it.</summary>
    static readonly TimeSpan[] Patiences = [.. new[] { 1, 2, 4, 10 }.Select(seconds => TimeSpan.FromSeconds(seconds))];

    static readonly TimeSpan PauseMax = TimeSpan.FromMilliseconds(30);

    readonly Client client = new();
    readonly ConcurrentQueue<Operation> operations = new();
    readonly ConcurrentQueue<(SessionId Id, string Owner)> sessions = new();
    readonly CancellationTokenSource end = new();
    readonly string[] users = [.. tokens.Keys.Order(StringComparer.Ordinal)];
    Task running = Task.CompletedTask;
    long number;

    public ImmutableArray<Operation> Operations => [.. operations];

    /// <summary>The number of a request, by which its events are found.</summary>
    public long NextNumber() => Interlocked.Increment(ref number);

    /// <summary>Adds a request and its answer to the history.</summary>
    public void Record(Operation operation) => operations.Enqueue(operation);

    public void Start(int seed)
    {
        var random = new Random(seed);
        running = Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Drive(new Random(random.Next()))));
    }

    /// <summary>Begins nothing more, and waits for the answers.</summary>
    public async Task Stop()
    {
        await end.CancelAsync();
        await running;
    }

    /// <summary>One creation on this node, recorded like all others.</summary>
    public Task<Answer> TryNode(Node node) =>
        Ask(node, users[0], new Asked.Create(itemId, Token: null), session: null, TimeSpan.FromSeconds(20));

    async Task Drive(Random random)
    {
        var patience = Patiences[random.Next(Patiences.Length)];
        var clientTokens = Enumerable.Range(0, 3).Select(_ => Guid.CreateVersion7()).ToArray();
        while (!end.IsCancellationRequested)
        {
            var (caller, asked, session) = Next(random, clientTokens);
            // Those that do not run are asked as well: they turn everybody away.
            var nodes = nodesNow();
            await Ask(nodes[random.Next(nodes.Count)], caller, asked, session, patience);
            await Task.Delay(PauseMax * random.NextDouble());
        }
    }

    async Task<Answer> Ask(Node node, string caller, Asked asked, SessionId? session, TimeSpan patience)
    {
        var own = NextNumber();
        var start = clock.GetTimestamp();
        var answer = await client.Ask(
            node.Url, tokens[caller], asked, session, Operation.TraceParentOf(own), patience);
        Record(new Operation(own, caller, node.Name, session, asked, start, clock.GetTimestamp(), answer));
        if (answer is Answer.Created created)
            Remember(created.Id, caller);
        return answer;
    }

    (string Caller, Asked Asked, SessionId? Session) Next(Random random, Guid[] clientTokens)
    {
        var user = users[random.Next(users.Length)];
        var known = sessions.ToArray();
        if (known.Length == 0 || random.Next(100) < 20)
            return (user, new Asked.Create(itemId, random.Next(3) == 0 ? clientTokens[random.Next(clientTokens.Length)] : null), null);

        var (id, owner) = known[random.Next(known.Length)];
        // Once in a while somebody tries another's session.
        var caller = random.Next(100) < 3 ? user : owner;
        return random.Next(100) switch
        {
            < 25 => (caller, new Asked.Get(), id),
            < 30 => (caller, new Asked.List(), null),
            < 65 => (caller, new Asked.Command(new KeepAlive(random.Next(10) == 0 ? null : random.Next(-2, 104))), id),
            < 75 => (caller, new Asked.Command(new PrepareFile(FileName)), id),
            < 82 => (caller, new Asked.Command(new Cancel()), id),
            < 88 => (caller, new Asked.Command(new Fail($"no room {random.Next(1000)}")), id),
            _ => (caller, new Asked.Command(new Delete()), id),
        };
    }

    /// <summary>The youngest are worked on; the older ones run out by themselves.</summary>
    void Remember(SessionId id, string owner)
    {
        const int worked = 60;
        sessions.Enqueue((id, owner));
        while (sessions.Count > worked)
            sessions.TryDequeue(out _);
    }

    public void Dispose()
    {
        client.Dispose();
        end.Dispose();
    }
}
