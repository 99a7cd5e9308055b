using System.Collections.Immutable;
using System.Globalization;
using Npgsql;
using Sessions.Content;
using Sessions.Faults.History;
using Sessions.Faults.Matrix;
using Sessions.Storage.Log;

namespace Sessions.Faults.Arenas;

/// <summary>
/// Everything that belongs to one run: PostgreSQL, the nodes, the clients and the reader of the log, in a folder of
/// their own. All of it ends with the run, however the run ends.
/// </summary>
sealed class Arena : IAsyncDisposable
{
    /// <summary>How long to wait for something that must happen, on the slowest machine. A longer wait is a bug.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    static readonly string[] Users = ["ana", "bo", "cy"];

    readonly Cell cell;
    readonly Stack<IAsyncDisposable> kept = new();
    readonly IDisposable leftover;
    ImmutableList<Node> nodes = [];
    Follower? follower;
    Load? load;
    (long Before, DateTimeOffset Time, long Behind) began;
    long recoveredAt;

    /// <summary>Creates the run's folder and starts nothing.</summary>
    public Arena(Cell cell, int seed)
    {
        (this.cell, Seed, Random) = (cell, seed, new Random(seed));
        Directory.CreateDirectory(Folder);
        leftover = Leftovers.Undo(() => Directory.Delete(Folder, recursive: true));
    }

    /// <summary>The run's own folder.</summary>
    public string Folder { get; } = Path.Combine(Path.GetTempPath(), "sessions-faults-" + Guid.CreateVersion7().ToString("N")[^12..]);

    public int Seed { get; }

    /// <summary>Chooses what is broken. The clients have generators of their own, from the same seed.</summary>
    public Random Random { get; }

    public TimeProvider Clock { get; } = TimeProvider.System;

    /// <summary>The server that takes writes.</summary>
    public Postgres Primary { get; set; } = null!;

    public ImmutableArray<Postgres> Standbys { get; private set; } = [];

    /// <summary>The database, for everything but the nodes.</summary>
    public NpgsqlDataSource Database { get; private set; } = null!;

    /// <summary>The items that sessions are on.</summary>
    public Library Library { get; private set; } = null!;

    /// <summary>The folder of its files.</summary>
    public string Content => Path.Combine(Folder, "content");

    /// <summary>The clients.</summary>
    public Load Load => load!;

    public IReadOnlyList<Node> Nodes => nodes;

    public Node AnyNode => nodes[Random.Next(nodes.Count)];

    /// <summary>The requests that were answered so far.</summary>
    public ImmutableArray<Operation> Operations => load?.Operations ?? [];

    /// <summary>What the reader of the log has met so far.</summary>
    public ImmutableArray<LogPosition> Followed => follower!.Met;

    /// <summary>Names all hosts that may take writes.</summary>
    public string ConnectionString => new NpgsqlConnectionStringBuilder(Primary.ConnectionString)
    {
        Host = string.Join(',', Standbys.Prepend(Primary).Select(server => $"127.0.0.1:{server.Port}")),
    }.ConnectionString;

    /// <summary>Starts everything but the clients, and waits until the nodes are ready.</summary>
    public async Task Start()
    {
        Primary = Keep(await Postgres.Create(Folder, cell.DataFolder(this), cell.PostgresSettings));
        for (var i = 0; i < cell.Standbys; i++)
            Standbys = Standbys.Add(Keep(await Primary.AddStandby(Folder, Path.Combine(Folder, $"standby-{i}"))));
        SampleLibrary.WriteTo(Content);
        await cell.Prepare(this);
        Library = Library.Read(Content, Clock);
        Database = Keep(Storage.Database.Open(ConnectionString));

        for (var i = 0; i < cell.NodeCount; i++)
            await AddNode().Start();
        await Task.WhenAll(nodes.Select(node => node.Ready()));

        // Warms up code and connection: the closer the timestamps below, the tighter they bound the database's clock.
        await new Records(Database).Now();
        began.Before = Clock.GetTimestamp();
        began.Time = await new Records(Database).Now();
        began.Behind = Clock.GetTimestamp();
        using var client = new Client();
        var tokens = ImmutableDictionary<string, string>.Empty;
        foreach (var user in Users)
            tokens = tokens.Add(user, await client.LogIn(nodes[0].Url, user));
        load = new Load(Library, tokens, cell.Patiences, () => nodes, Clock);
        follower = Keep(new Follower(Database, Clock));
        follower.Start();
    }

    /// <summary>Disposes of a part at the end of the run, before the parts that were kept earlier.</summary>
    public T Keep<T>(T part)
        where T : IAsyncDisposable
    {
        kept.Push(part);
        return part;
    }

    /// <summary>Lets the clients go on for a while.</summary>
    public Task Pass(TimeSpan time) => Task.Delay(time, Clock);

    public Task Pass(double seconds) => Pass(TimeSpan.FromSeconds(seconds));

    /// <summary>Waits until something is so.</summary>
    /// <param name="isSo">Whether it is so.</param>
    /// <param name="otherwise">The message of the failure if it does not become so.</param>
    /// <param name="patience">How long it may take, if not as long as usual.</param>
    /// <param name="look">The pause between checks, if they are costly.</param>
    public async Task Until(Func<Task<bool>> isSo, Func<string> otherwise, TimeSpan? patience = null, TimeSpan? look = null)
    {
        var first = Clock.GetTimestamp();
        while (!await isSo())
        {
            if (Clock.GetElapsedTime(first) > (patience ?? Patience))
                throw new TimeoutException(otherwise());
            await Pass(look ?? Look);
        }
    }

    /// <summary>Waits for such an answer to a request sent since then, so that a fault is felt on any machine.</summary>
    public Task UntilAnswered(long since, Func<Operation, bool> isSo, string otherwise) =>
        Until(() => Task.FromResult(WasAnswered(since, isSo)), () => otherwise);

    /// <summary>Whether there is such a request.</summary>
    public bool WasAnswered(long since, Func<Operation, bool> isSo) =>
        Operations.Any(operation => operation.Start >= since && isSo(operation));

    /// <summary>Adds a node that does not run yet.</summary>
    public Node AddNode()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"node-{nodes.Count}");
        var node = Keep(new Node(this, name, NodeSettings.Of(name, cell.ConnectionOf(this), Folder, Users, cell.Policy, cell.EnvironmentOf(nodes.Count))));
        nodes = nodes.Add(node);
        return node;
    }

    public void StartClients() => load!.Start(Seed, cell.Clients);

    /// <summary>Waits until every node carries out commands again; returns how long that took.</summary>
    public async Task<TimeSpan> Recover()
    {
        var healed = Clock.GetTimestamp();
        foreach (var node in nodes)
            await Until(async () => await load!.TryNode(node) is Answer.Created, () => $"{node.Name} does not recover:\n{node.Printed}");
        recoveredAt = Clock.GetTimestamp();
        return Clock.GetElapsedTime(healed, recoveredAt);
    }

    /// <summary>Ends the clients, waits until the schedule has caught up, ends the nodes, and gathers the run.</summary>
    public async Task<Run> Finish()
    {
        await load!.Stop();
        var records = new Records(Database);
        await Until(async () => !await records.IsOverdue(), () => $"The schedule stays behind:\n{nodes[0].Printed}");
        foreach (var node in nodes)
            await node.Stop("TERM");
        var log = await records.Log();
        await follower!.Finish(log.Select(recorded => recorded.Position).LastOrDefault(), Patience);
        return new Run(
            cell.Policy, Library.All, began.Time, await records.Now(), load.Operations, log, await records.Streams(),
            await records.List(), await records.Schedule(), await records.DeadLetters(), follower.Met,
            // The database's clock, read once between two readings of the driver's, runs as fast: it is the same machine's.
            TimeAtMost: ticks => began.Time + Clock.GetElapsedTime(began.Before, ticks),
            TimeAtLeast: ticks => began.Time + Clock.GetElapsedTime(began.Behind, ticks),
            KeepsEndsFrom: cell.BreaksDatabase || nodes.Any(node => node.WasKilled) ? recoveredAt : long.MinValue);
    }

    public async ValueTask DisposeAsync()
    {
        if (load is not null)
            await load.Stop();
        while (kept.TryPop(out var part))
            await part.DisposeAsync();
        load?.Dispose();
        Directory.Delete(Folder, recursive: true);
        leftover.Dispose();
    }
}
