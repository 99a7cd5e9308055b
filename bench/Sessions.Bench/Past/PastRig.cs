using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Sessions.Content;
using Sessions.Projections.Following;

namespace Sessions.Bench.Past;

/// <summary>A database with a month of sessions in it, and servers on it one after another.</summary>
internal sealed class PastRig : IAsyncDisposable
{
    /// <summary>A user who may read the whole record.</summary>
    public const string Auditor = "auditor";

    readonly string password = RandomNumberGenerator.GetHexString(32);
    readonly BenchOptions options;
    readonly DirectoryInfo folder;

    PastRig(BenchOptions options, DirectoryInfo folder) => (this.options, this.folder) = (options, folder);

    public string Folder => folder.FullName;

    public Cluster Cluster { get; private set; } = null!;

    public NpgsqlDataSource Database => Cluster.Served;

    /// <summary>How far the running servers' followers have come.</summary>
    public LogFollowers Followers => new(Database);

    /// <summary>How many events there are, and how long it took to write them.</summary>
    public (long Count, TimeSpan Took) Seeded { get; private set; }

    public PastMonth Month { get; private set; } = null!;

    string Content => Path.Combine(Folder, "content");

    public static async Task<PastRig> Start(BenchOptions options, CancellationToken cancellation)
    {
        // The account that runs PostgreSQL must be able to traverse this folder.
        var temporary = Directory.CreateTempSubdirectory("sessions-bench-");
        temporary.UnixFileMode |= UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        var rig = new PastRig(options, temporary);
        try
        {
            SampleLibrary.WriteTo(rig.Content);
            rig.Cluster = await Cluster.Start(Path.Combine(rig.Folder, "postgres"), cancellation);
            await rig.Seed(cancellation);
            return rig;
        }
        catch
        {
            await rig.DisposeAsync();
            throw;
        }
    }

    async Task Seed(CancellationToken cancellation)
    {
        var now = new DateTimeOffset(await Cluster.Ask<DateTime>("select now()", cancellation));
        Month = new PastMonth(options.Sessions, now);
        var started = Stopwatch.GetTimestamp();
        var count = await new PastSeeding(Database, Month).Write(cancellation);
        Seeded = (count, Stopwatch.GetElapsedTime(started));
        Progress.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"{count:N0} events of {options.Sessions:N0} sessions were written in {Seeded.Took.TotalSeconds:F0} s"));
        await Cluster.Vacuum(cancellation);
    }

    /// <summary>Starts a server that follows the log or does not.</summary>
    public Task<Server> StartServer(bool follows, CancellationToken cancellation) => Server.Start(
        options.Server,
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["ConnectionStrings__Sessions"] = Cluster.ServedConnectionString,
            ["Content__Root"] = Content,
            ["Lease__IdleTimeout"] = Rig.LongLease.IdleTimeout.ToString("c", CultureInfo.InvariantCulture),
            ["Log__Follow"] = follows.ToString(),
            ["Users__0__Name"] = Auditor,
            ["Users__0__Password"] = password,
            ["Users__0__Roles__0"] = "auditor",
            ["Users__1__Name"] = Caller.Creator,
            ["Users__1__Password"] = password,
        },
        cancellation);

    public Task<string> LogIn(Server server, string user, CancellationToken cancellation) =>
        server.LogIn(user, password, cancellation);

    /// <summary>Creates sessions as fast as a server answers.</summary>
    public async Task<Load> Create(Server server, int connections, int seconds, CancellationToken cancellation) =>
        await new Wrk(options.Scripts).Run(
            server,
            Operation.Create,
            await LogIn(server, Caller.Creator, cancellation),
            ContentId.OfItem("sample", "tiny-vm").ToString(),
            connections,
            seconds,
            cancellation);

    /// <summary>Runs followers of the log in this process instead of in a server.</summary>
    public ProjectionRunner Runner(params ILogFollower[] followers) =>
        new(Database, followers, NullLogger<ProjectionRunner>.Instance);

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (Cluster is not null)
                await Cluster.DisposeAsync();
            else
                await Cluster.StopLeftover(Path.Combine(Folder, "postgres"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
