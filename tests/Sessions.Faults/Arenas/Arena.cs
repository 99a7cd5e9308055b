using System.Collections.Immutable;
using System.Globalization;
using Npgsql;
using Sessions.Content;
using Sessions.Domain;
using Sessions.Faults.History;
using Sessions.Faults.Matrix;
using Sessions.Storage;

namespace Sessions.Faults.Arenas;

/// <summary>
/// Everything of one run: PostgreSQL, the nodes, the clients and the reader of the log, in a folder of their
/// own. All of it ends with the run, however that ends.
/// </summary>
sealed class Arena : IAsyncDisposable
{
    /// <summary>How long a fault may need to heal, on the slowest machine. Whatever takes longer is a fault of ours.</summary>
    static readonly TimeSpan HealingMax = TimeSpan.FromSeconds(90);

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    static readonly string[] Users = ["ana", "bo", "cy"];

    readonly Cell cell;
    readonly Stack<IAsyncDisposable> kept = new();
    ImmutableList<Node> nodes = [];
    Follower? follower;
    Load? load;
    DateTimeOffset began;

    Arena(Cell cell, int seed)
    {
        (this.cell, Seed, Random) = (cell, seed, new Random(seed));
        Directory.CreateDirectory(Folder);
    }

    /// <summary>Its own folder.</summary>
    public string Folder { get; } = Path.Combine(Path.GetTempPath(), "sessions-faults-" + Guid.CreateVersion7().ToString("N")[^12..]);

    public int Seed { get; }

    /// <summary>Chooses what is broken. The clients have others, from the same seed.</summary>
    public Random Random { get; }

    public TimeProvider Clock { get; } = TimeProvider.System;

    /// <summary>The server that takes writes.</summary>
    public Postgres Primary { get; set; } = null!;

    public ImmutableArray<Postgres> Standbys { get; private set; } = [];

    /// <summary>The database, for whoever looks at it besides the nodes.</summary>
    public NpgsqlDataSource Database { get; private set; } = null!;

    /// <summary>What every session is about.</summary>
    public PinnedItem Item { get; private set; } = null!;

    /// <summary>The clients.</summary>
    public Load Load => load!;

    public IReadOnlyList<Node> Nodes => nodes;

    public Node AnyNode => nodes[Random.Next(nodes.Count)];

    /// <summary>What the reader of the log has met so far.</summary>
    public ImmutableArray<LogPosition> Followed => follower!.Met;

    /// <summary>The database by all hosts that may take writes.</summary>
    public string ConnectionString => new NpgsqlConnectionStringBuilder(Primary.ConnectionString)
    {
        Host = string.Join(',', Standbys.Prepend(Primary).Select(server => $"127.0.0.1:{server.Port}")),
    }.ConnectionString;

    /// <summary>Starts everything, up to nodes that are ready; the clients wait.</summary>
    public static async Task<Arena> Open(Cell cell, int seed)
    {
        var arena = new Arena(cell, seed);
        try
        {
            await arena.Start();
            return arena;
        }
        catch
        {
            await arena.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends something with the run, before what was kept earlier.</summary>
    public T Keep<T>(T part)
        where T : IAsyncDisposable
    {
        kept.Push(part);
        return part;
    }

    /// <summary>Lets the clients go on for a while.</summary>
    public Task Pass(TimeSpan time) => Task.Delay(time, Clock);

    public Task Pass(double seconds) => Pass(TimeSpan.FromSeconds(seconds));

    /// <summary>Adds a node that does not run yet.</summary>
    public Node AddNode()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"node-{nodes.Count}");
        var node = Keep(new Node(name, Folder, NodeSettings.Of(name, cell.ConnectionOf(this), Folder, Users, cell.Policy, cell.EnvironmentOf(nodes.Count))));
        nodes = nodes.Add(node);
        return node;
    }

    public void StartClients() => load!.Start(Seed);

    /// <summary>Waits until every node carries out commands again; returns how long that took.</summary>
    public async Task<TimeSpan> Recover()
    {
        var healed = Clock.GetTimestamp();
        foreach (var node in nodes)
        {
            while (await load!.TryNode(node) is not Answer.Created)
            {
                if (Clock.GetElapsedTime(healed) > HealingMax)
                    throw new TimeoutException($"{node.Name} does not recover:\n{node.Printed}");
                await Task.Delay(Pause);
            }
        }

        return Clock.GetElapsedTime(healed);
    }

    /// <summary>Ends the clients, waits until the schedule is no longer behind, ends the nodes, and gathers the run.</summary>
    public async Task<Run> Finish()
    {
        await load!.Stop();
        var records = new Records(Database);
        var stopped = Clock.GetTimestamp();
        while (await records.IsOverdue())
        {
            if (Clock.GetElapsedTime(stopped) > HealingMax)
                throw new TimeoutException($"The schedule stays behind:\n{nodes[0].Printed}");
            await Task.Delay(Pause);
        }

        foreach (var node in nodes)
        {
            await node.Signal("TERM");
            (await node.Ended()).ShouldBe(0, node.Printed);
        }

        await follower!.Finish();
        return new Run(
            cell.Policy, began, await records.Now(), load.Operations, await records.Log(), await records.Streams(),
            await records.List(), await records.Schedule(), await records.DeadLetters(), follower.Met);
    }

    async Task Start()
    {
        Primary = Keep(await Postgres.Create(Folder, await cell.DataFolder(this), cell.PostgresSettings));
        for (var i = 0; i < cell.Standbys; i++)
            Standbys = Standbys.Add(Keep(await Primary.AddStandby(Folder, Path.Combine(Folder, $"standby-{i}"))));
        await cell.Prepare(this);
        SampleLibrary.WriteTo(Path.Combine(Folder, "content"));
        Item = SampleItem();
        Database = Keep(Storage.Database.Open(ConnectionString));

        for (var i = 0; i < cell.NodeCount; i++)
            await AddNode().Start();
        await Task.WhenAll(nodes.Select(node => node.Ready()));

        began = await new Records(Database).Now();
        using var client = new Client();
        var tokens = ImmutableDictionary<string, string>.Empty;
        foreach (var user in Users)
            tokens = tokens.Add(user, await client.LogIn(nodes[0].Url, user));
        load = new Load(Item.ItemId, tokens, () => nodes, Clock);
        follower = Keep(new Follower(Database, Clock));
        follower.Start();
    }

    PinnedItem SampleItem()
    {
        using var content = new ContentLibrary(
            Path.Combine(Folder, "content"), Clock, Microsoft.Extensions.Logging.Abstractions.NullLogger<ContentLibrary>.Instance);
        return content.Current.Items.Single(item => item.Name == "hello-world").Pin();
    }

    public async ValueTask DisposeAsync()
    {
        if (load is not null)
            await load.Stop();
        while (kept.TryPop(out var part))
            await part.DisposeAsync();
        load?.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
