using System.Collections.Concurrent;
using System.Collections.Immutable;
using Sessions.Domain;
using Sessions.Faults.History;
using static Sessions.Domain.SessionCommand;

namespace Sessions.Faults.Arenas;

/// <summary>
/// Many clients at once that do all that the modern dialect can do to sessions, and fetch their files, each
/// with its own random numbers from the run's seed. None repeats a request. Every answer is recorded.
/// </summary>
/// <param name="library">The items that sessions are on.</param>
/// <param name="logins">The users' tokens.</param>
/// <param name="patiences">How long clients wait for an answer: each client draws one of these times.</param>
/// <param name="nodesNow">The nodes that they ask.</param>
/// <param name="clock">The clock of the history.</param>
sealed class Load(
    Library library, ImmutableDictionary<string, string> logins, TimeSpan[] patiences, Func<IReadOnlyList<Node>> nodesNow,
    TimeProvider clock) : IDisposable
{
    /// <summary>How many of the youngest sessions and links clients use; older sessions expire by themselves.</summary>
    const int Worked = 60;

    static readonly TimeSpan PauseMax = TimeSpan.FromMilliseconds(30);

    /// <summary>Shared by all clients, so that two nodes get creations with the same token at the same time.</summary>
    readonly Guid[] clientTokens = new Guid[4];

    readonly Client client = new();
    readonly ConcurrentQueue<Operation> operations = new();
    readonly ConcurrentQueue<(SessionId Id, string Owner, PinnedItem Item)> sessions = new();
    readonly ConcurrentQueue<(SessionId Id, string Owner, Asked.Fetch Fetch)> links = new();
    readonly CancellationTokenSource end = new();
    readonly string[] users = [.. logins.Keys.Order(StringComparer.Ordinal)];
    Task running = Task.CompletedTask;
    long number;

    public ImmutableArray<Operation> Operations => [.. operations];

    /// <summary>The user in whose name cells send requests of their own.</summary>
    public string FirstUser => users[0];

    /// <summary>Numbers a request, so that its events can be found.</summary>
    public long NextNumber() => Interlocked.Increment(ref number);

    /// <summary>Adds a request and its answer to the history.</summary>
    public void Record(Operation operation) => operations.Enqueue(operation);

    public void Start(int seed, int clients)
    {
        var random = new Random(seed);
        var token = new byte[16];
        foreach (ref var one in clientTokens.AsSpan())
        {
            random.NextBytes(token);
            one = new Guid(token);
        }

        running = Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Drive(new Random(random.Next()))));
    }

    /// <summary>Stops sending requests, and waits for the answers.</summary>
    public async Task Stop()
    {
        await end.CancelAsync();
        await running;
    }

    /// <summary>Sends one creation to this node, recorded like all others.</summary>
    public Task<Answer> TryNode(Node node, Client? by = null) =>
        Ask(node, new Asked.Create(library.Items[0].ItemId, Token: null), session: null, by);

    /// <summary>Sends this node a request of the first user, and records it. Clients do not use what it creates.</summary>
    public Task<Answer> Ask(Node node, Asked asked, SessionId? session, Client? by = null) =>
        Ask(by ?? client, node, FirstUser, asked, session, TimeSpan.FromSeconds(20));

    async Task Drive(Random random)
    {
        var patience = patiences[random.Next(patiences.Length)];
        while (!end.IsCancellationRequested)
        {
            var (caller, asked, session) = Next(random);
            // Nodes that do not run are asked as well; such requests count as turned away.
            var nodes = nodesNow();
            Remember(caller, asked, session, await Ask(client, nodes[random.Next(nodes.Count)], caller, asked, session, patience));
            await Task.Delay(PauseMax * random.NextDouble());
        }
    }

    async Task<Answer> Ask(Client by, Node node, string caller, Asked asked, SessionId? session, TimeSpan patience)
    {
        var own = NextNumber();
        var start = clock.GetTimestamp();
        var answer = await by.Ask(
            node.Url, logins[caller], asked, session, Operation.TraceParentOf(own), patience);
        Record(new Operation(own, caller, node.Name, session, asked, start, clock.GetTimestamp(), answer));
        return answer;
    }

    (string Caller, Asked Asked, SessionId? Session) Next(Random random)
    {
        var user = users[random.Next(users.Length)];
        var known = sessions.ToArray();
        if (known.Length == 0 || random.Next(100) < 20)
            return (user, Creation(random), null);

        var (id, owner, item) = known[random.Next(known.Length)];
        var fetched = links.ToArray();
        if (fetched.Length > 0 && random.Next(100) < 12)
        {
            var link = fetched[random.Next(fetched.Length)];
            return (link.Owner, link.Fetch, link.Id);
        }

        // Once in a while a client tries another user's session, or a file of another item.
        var caller = random.Next(100) < 3 ? user : owner;
        var files = random.Next(100) < 3 ? library.Items[random.Next(library.Items.Length)].Files : item.Files;
        var fileName = files[random.Next(files.Length)].Name;
        return random.Next(100) switch
        {
            < 22 => (caller, new Asked.Get(), id),
            < 27 => (caller, new Asked.List(), null),
            < 32 => (caller, new Asked.File(fileName), id),
            < 35 => (caller, new Asked.Files(), id),
            < 62 => (caller, new Asked.Command(new KeepAlive(random.Next(10) == 0 ? null : random.Next(-2, 104))), id),
            < 78 => (caller, new Asked.Command(new PrepareFile(fileName)), id),
            < 84 => (caller, new Asked.Command(new Cancel()), id),
            < 89 => (caller, new Asked.Command(new Fail($"no room {random.Next(1000)}")), id),
            _ => (caller, new Asked.Command(new Delete()), id),
        };
    }

    /// <summary>A token is for one item; once in a while a client uses it for another.</summary>
    Asked.Create Creation(Random random)
    {
        var token = random.Next(clientTokens.Length);
        var item = library.Items[(token + (random.Next(8) == 0 ? 1 : 0)) % library.Items.Length];
        return new Asked.Create(item.ItemId, random.Next(3) == 0 ? clientTokens[token] : null);
    }

    void Remember(string caller, Asked asked, SessionId? session, Answer answer)
    {
        if ((asked, answer) is (Asked.Create creation, Answer.Created created))
            Remember(sessions, (created.Id, caller, library.ById(creation.ItemId)));
        else if ((asked, answer) is (Asked.Command { What: PrepareFile file }, Answer.Done { Link: { } link }))
            Remember(links, (session!.Value, caller, new Asked.Fetch(file.FileName, library.Sha256Of(file.FileName), link)));
    }

    static void Remember<T>(ConcurrentQueue<T> known, T one)
    {
        known.Enqueue(one);
        while (known.Count > Worked)
            known.TryDequeue(out _);
    }

    public void Dispose()
    {
        client.Dispose();
        end.Dispose();
    }
}
