using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using NpgsqlTypes;
using Sessions.Content;
using Sessions.Domain;
using Sessions.Storage;

namespace Sessions.Bench;

/// <summary>
/// Everything that runs during a benchmark: the cluster, the servers on it, the logins, and the sessions
/// that are worked on.
/// </summary>
internal sealed class Rig : IAsyncDisposable
{
    /// <summary>Longer than any run, so that nothing expires or is purged unasked.</summary>
    public static readonly LeasePolicy LongLease = new()
    {
        IdleTimeout = TimeSpan.FromDays(1),
        Retention = TimeSpan.FromDays(1),
    };

    static readonly TimeSpan Slack = TimeSpan.FromSeconds(30);

    /// <summary>Few enough that nearly every keep-alive finds its lease already extended.</summary>
    const int SlackSessions = 500;

    readonly BenchOptions options;
    readonly string folder;
    readonly string password = RandomNumberGenerator.GetHexString(32);
    readonly Dictionary<string, string> tokens = new(StringComparer.Ordinal);
    readonly List<Server> servers = [];
    readonly string creation;
    TimeSpan seedingTime;

    Rig(BenchOptions options, string folder, Cluster cluster, Item item)
    {
        this.options = options;
        this.folder = folder;
        Cluster = cluster;
        Item = item;
        creation = $$"""{"library_item_id":"{{item.Id}}"}""";
        Seeding = new Seeding(cluster, item.Pin());
        Wrk = new Wrk(options.Scripts);
    }

    public Cluster Cluster { get; }

    /// <summary>The folder for everything that lasts as long as the run.</summary>
    public string Folder => folder;

    /// <summary>The slowest start of a server so far.</summary>
    public TimeSpan SlowestStart { get; private set; }

    /// <summary>The library item that all sessions are on.</summary>
    public Item Item { get; }

    public Seeding Seeding { get; }

    public Wrk Wrk { get; }

    /// <summary>The server with its default settings, except that its leases outlast the run.</summary>
    public Server Server { get; private set; } = null!;

    /// <summary>A second server on the same database, with a slack for keep-alives.</summary>
    public Server SlackServer { get; private set; } = null!;

    public Pgbench Pgbench { get; private set; } = null!;

    public static async Task<Rig> Start(BenchOptions options, CancellationToken cancellation)
    {
        // The account that runs PostgreSQL must be able to traverse this folder.
        var temporary = Directory.CreateTempSubdirectory("sessions-bench-");
        temporary.UnixFileMode |= UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        var postgres = Path.Combine(temporary.FullName, "postgres");
        Rig? rig = null;
        try
        {
            var content = Path.Combine(temporary.FullName, "content");
            SampleLibrary.WriteTo(content);
            using var library = new ContentLibrary(content, TimeProvider.System, NullLogger<ContentLibrary>.Instance);
            var item = library.Current.Item(ContentId.OfItem("sample", "tiny-vm"))!;
            rig = new Rig(
                options,
                temporary.FullName,
                await Cluster.Start(postgres, cancellation),
                item);
            await rig.Fill(cancellation);
            return rig;
        }
        catch
        {
            if (rig is not null)
            {
                await rig.DisposeAsync();
            }
            else
            {
                await Cluster.StopLeftover(postgres);
                temporary.Delete(recursive: true);
            }

            throw;
        }
    }

    /// <summary>Starts a server with these settings; the caller ends it, or the end of the run does.</summary>
    public async Task<Server> StartServer(
        IReadOnlyDictionary<string, string>? settings, CancellationToken cancellation)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["ConnectionStrings__Sessions"] = Cluster.ServedConnectionString,
            ["Content__Root"] = Path.Combine(folder, "content"),
            ["Lease__IdleTimeout"] = Text(LongLease.IdleTimeout),
            ["Lease__Retention"] = Text(LongLease.Retention),
            ["Log__Follow"] = options.Follow.ToString(),
        };
        for (var i = 0; i < Caller.All.Count; i++)
        {
            all[$"Users__{i}__Name"] = Caller.All[i];
            all[$"Users__{i}__Password"] = password;
        }

        foreach (var (name, value) in settings ?? new Dictionary<string, string>(StringComparer.Ordinal))
            all[name] = value;
        var server = await Server.Start(options.Server, all, cancellation);
        servers.Add(server);
        if (server.ReadyAfter > SlowestStart)
            SlowestStart = server.ReadyAfter;
        return server;
    }

    /// <summary>A user's token, which all servers accept.</summary>
    public string TokenOf(string user) => tokens[user];

    /// <summary>Ends a server before the run does.</summary>
    public async Task Stop(Server server)
    {
        servers.Remove(server);
        await server.DisposeAsync();
    }

    /// <summary>Loads the server that an operation is for.</summary>
    /// <exception cref="InvalidOperationException">
    /// A request failed, or the database holds fewer writes than were answered.
    /// </exception>
    public async Task<Load> Load(Operation operation, int connections, int seconds, CancellationToken cancellation)
    {
        var server = operation == Operation.KeepAliveSlack ? SlackServer : Server;
        var before = await EndOfLog(cancellation);
        var (serverTime, databaseTime) = (server.ProcessorTime, Cluster.ProcessorTime);
        var load = await Wrk.Run(
            server,
            operation,
            TokenOf(Caller.Of(operation)),
            operation == Operation.Create ? Item.Id.ToString() : IdFileOf(Caller.Of(operation)),
            connections,
            seconds,
            cancellation);
        (serverTime, databaseTime) = (server.ProcessorTime - serverTime, Cluster.ProcessorTime - databaseTime);
        var written = await CountEventsSince(before, cancellation);
        return !operation.Writes || written >= load.Requests
            ? load with { ServerTime = serverTime / load.Requests, DatabaseTime = databaseTime / load.Requests }
            : throw new InvalidOperationException(
                $"{operation}: {load.Requests} were answered and {written} are in the database.");
    }

    /// <summary>
    /// The state from which each run begins, the server's and pgbench's: audit trail and activity hold all earlier events,
    /// and all pages are on disk.
    /// </summary>
    public async Task Settle(CancellationToken cancellation)
    {
        await UntilCaughtUp(cancellation);
        await Cluster.Checkpoint(cancellation);
    }

    /// <summary>Waits until the followers of the log, if there are any, have dealt with all events.</summary>
    public Task UntilCaughtUp(CancellationToken cancellation) =>
        options.Follow ? new LogFollowers(Cluster.Served).UntilCaughtUp(cancellation) : Task.CompletedTask;

    /// <summary>Creates one session, as a client does.</summary>
    public Task<string> Create(Server server, CancellationToken cancellation) =>
        server.Send(HttpMethod.Post, Caller.Path, TokenOf(Caller.Creator), creation, cancellation);

    /// <summary>One past the highest completed transaction: events of this and of later ones lie after this end.</summary>
    public async Task<ulong> EndOfLog(CancellationToken cancellation)
    {
        await using var command = Cluster.Served.CreateCommand("select pg_snapshot_xmax(pg_current_snapshot())");
        return (ulong)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>How many events lie after an earlier end of the log. A sequence would also count rollbacks.</summary>
    public async Task<long> CountEventsSince(ulong end, CancellationToken cancellation)
    {
        await using var command = EventsSince("count(*)", end);
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>The transactions that wrote events after an earlier end of the log, as numbered in the WAL.</summary>
    public async Task<IReadOnlySet<uint>> WritersSince(ulong end, CancellationToken cancellation)
    {
        await using var command = EventsSince("distinct transaction_id", end);
        var writers = new HashSet<uint>();
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        while (await rows.ReadAsync(cancellation))
            writers.Add((uint)rows.GetFieldValue<ulong>(0));
        return writers;
    }

    NpgsqlCommand EventsSince(string columns, ulong end) =>
        Cluster.Served.CreateCommand($"""
            select {columns} from event_store.events
            where epoch = (select max(epoch) from event_store.events) and transaction_id >= $1
            """)
            .With(NpgsqlDbType.Xid8, end);

    /// <summary>How long creating this many sessions takes, judging by the first ones.</summary>
    public TimeSpan SeedingTime(int sessions) => seedingTime * sessions / Pgbench.ListedSessions;

    /// <summary>Makes sure that there are this many sessions to delete, and writes their ids to a file.</summary>
    public async Task PrepareDeletes(int count, CancellationToken cancellation)
    {
        var left = await Seeding.Of(Caller.Deleter);
        await Seeding.Create(Enumerable.Repeat(Caller.Deleter, Math.Max(0, count - left.Count)), LongLease, cancellation);
        await WriteIds(Caller.Deleter, await Seeding.Of(Caller.Deleter), cancellation);
    }

    /// <summary>The same, with new sessions only.</summary>
    public async Task PrepareFreshDeletes(int count, CancellationToken cancellation)
    {
        var created = await Seeding.Create(Enumerable.Repeat(Caller.Deleter, count), LongLease, cancellation);
        await WriteIds(Caller.Deleter, created.Select(outcome => outcome.Address.Id), cancellation);
    }

    async Task Fill(CancellationToken cancellation)
    {
        Server = await StartServer(settings: null, cancellation);
        SlackServer = await StartServer(
            new Dictionary<string, string>(StringComparer.Ordinal) { ["Lease__KeepAliveSlack"] = Text(Slack) }, cancellation);
        foreach (var user in Caller.All)
            tokens[user] = await Server.LogIn(user, password, cancellation);

        var samples = await Samples.Take(folder, Cluster.Served, Server, TokenOf(Caller.Creator), Item.Id, cancellation);
        Pgbench = new Pgbench(Cluster, options.Scripts, samples);
        await Pgbench.Seed(cancellation);

        var started = Stopwatch.GetTimestamp();
        var listed = Enumerable.Range(0, Pgbench.ListedSessions).Select(number => $"user-{number / 10:D5}");
        await Seeding.Create(listed, LongLease, cancellation);
        seedingTime = Stopwatch.GetElapsedTime(started);
        await Seeding.Create(Enumerable.Repeat(Caller.Keeper, Pgbench.KeptSessions), LongLease, cancellation);
        await Seeding.Create(Enumerable.Repeat(Caller.SlackKeeper, SlackSessions), LongLease, cancellation);
        await Cluster.Vacuum(cancellation);
        foreach (var owner in new[] { Caller.Keeper, Caller.SlackKeeper })
            await WriteIds(owner, await Seeding.Of(owner), cancellation);
    }

    Task WriteIds(string owner, IEnumerable<SessionId> ids, CancellationToken cancellation) =>
        File.WriteAllLinesAsync(IdFileOf(owner), ids.Select(id => id.ToString()), cancellation);

    string IdFileOf(string owner) => Path.Combine(folder, owner + ".ids");

    static string Text(TimeSpan time) => time.ToString("c", CultureInfo.InvariantCulture);

    /// <summary>Ends all that was started, the database last, and deletes its folder.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            foreach (var server in servers)
                await server.DisposeAsync();
        }
        finally
        {
            await Cluster.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }
    }
}
