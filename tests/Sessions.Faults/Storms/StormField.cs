using Npgsql;
using Sessions.Content;
using Sessions.Domain;
using Sessions.Faults.Arenas;
using Sessions.Storage;

namespace Sessions.Faults.Storms;

/// <summary>Where a storm breaks: PostgreSQL, two nodes and the foreground's users, in a folder of their own.</summary>
sealed class StormField : IAsyncDisposable
{
    const string User = "ana";

    /// <summary>Nothing of the foreground ends by itself, and nothing that has ended is removed meanwhile.</summary>
    static readonly LeasePolicy Policy = new() { IdleTimeout = TimeSpan.FromDays(1), Retention = TimeSpan.FromDays(1) };

    /// <summary>Poison is given up within seconds; by default it is tried for two minutes.</summary>
    static readonly (string, string)[] Schedule = [("Schedule__AttemptsMax", "3"), ("Schedule__Backoff", "00:00:00.5")];

    /// <summary>The foreground alone, and the same again behind the storm.</summary>
    static readonly TimeSpan Calm = TimeSpan.FromSeconds(3);

    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    /// <summary>How long anything may take that must come, on the slowest machine.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    readonly string folder = Path.Combine(Path.GetTempPath(), "sessions-storm-" + Guid.CreateVersion7().ToString("N")[^12..]);
    readonly Stack<IAsyncDisposable> kept = new();
    readonly TimeProvider clock = TimeProvider.System;
    Node[] nodes = [];
    NpgsqlDataSource database = null!;
    Item item = null!;

    /// <summary>Lets a storm break and pass; returns what became of it.</summary>
    public static async Task<Outcome> Break(Storm storm)
    {
        await using var field = new StormField();
        await field.Start();
        return await field.Pass(storm);
    }

    async Task Start()
    {
        Directory.CreateDirectory(folder);
        var postgres = Keep(await Postgres.Create(folder, Path.Combine(folder, "data"), "shared_buffers = '256MB'", "max_wal_size = '4GB'"));
        SampleLibrary.WriteTo(Path.Combine(folder, "content"));
        using (var content = new ContentLibrary(
            Path.Combine(folder, "content"), clock, Microsoft.Extensions.Logging.Abstractions.NullLogger<ContentLibrary>.Instance))
        {
            item = content.Current.Items.Single(one => one.Name == "hello-world");
        }

        database = Keep(Database.Open(postgres.ConnectionString));
        nodes = [.. Enumerable.Range(0, 2).Select(number => Keep(new Node(
            $"node-{number}", folder,
            NodeSettings.Of($"node-{number}", postgres.ConnectionString, folder, [User], Policy, Schedule))))];
        foreach (var node in nodes)
            await node.Start();
        await Task.WhenAll(nodes.Select(node => node.Ready()));
    }

    async Task<Outcome> Pass(Storm storm)
    {
        var clouds = new Clouds(database, item.Pin(), clock);
        var due = await clouds.Gather(storm, atLeast: 2 * Calm, CancellationToken.None);

        using var client = new Client();
        await using var foreground = new Foreground(nodes, await client.LogIn(nodes[0].Url, User), item.Id, clock);
        foreground.Start();
        var begun = clock.GetTimestamp();
        if (due - clock.GetUtcNow() is { Ticks: > 0 } rest)
            await Task.Delay(rest, clock);

        var broke = clock.GetTimestamp();
        if (storm.IsRestarted)
            await Restart(clouds, storm);
        await UntilPassed(clouds, broke);
        var passed = clock.GetTimestamp();
        await Task.Delay(Calm, clock);

        return new Outcome(
            storm, await clouds.Lateness(CancellationToken.None), await clouds.DeadLetters(),
            foreground.Between(begun, broke), foreground.Between(broke, passed),
            foreground.Between(passed, clock.GetTimestamp()));
    }

    /// <summary>Kills each node while some of the storm is still to come, and starts it again.</summary>
    async Task Restart(Clouds clouds, Storm storm)
    {
        while (await clouds.Left() > (storm.Healthy + storm.Poison) / 2)
            await Task.Delay(Look, clock);
        foreach (var node in nodes)
        {
            await node.Signal("KILL");
            await node.Ended();
            await node.Start();
            await node.Ready();
        }
    }

    async Task UntilPassed(Clouds clouds, long broke)
    {
        while (await clouds.Left() > 0)
        {
            if (clock.GetElapsedTime(broke) > Patience)
                throw new TimeoutException($"The storm does not pass:\n{nodes[0].Printed}");
            await Task.Delay(Look, clock);
        }
    }

    T Keep<T>(T part)
        where T : IAsyncDisposable
    {
        kept.Push(part);
        return part;
    }

    public async ValueTask DisposeAsync()
    {
        while (kept.TryPop(out var part))
            await part.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
