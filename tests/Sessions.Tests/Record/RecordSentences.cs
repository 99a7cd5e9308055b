using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Sessions.Projections.Following;
using Sessions.Projections.Seals;
using Sessions.Projections.Verification;
using Sessions.Storage.Log;
using Sessions.Tests.Fixtures;
using static Sessions.Domain.SessionCommand;

namespace Sessions.Tests.Record;

/// <summary>Short forms that tests of the record share.</summary>
static class RecordSentences
{
    /// <summary>Waits until every event is older than the oldest open transaction, even one of another test.</summary>
    public static Task LogShouldBeReadable(this Node node) => node.Until("""
        coalesce((select max(transaction_id) from event_store.events) < pg_snapshot_xmin(pg_current_snapshot()), true)
        """);

    /// <summary>The whole log as it is stored.</summary>
    public static Task<List<LoggedEvent>> CopyLog(this Node node) => node.ReadLog(row => row.TakeEvent());

    /// <summary>Reads something of each row of the log.</summary>
    public static async Task<List<T>> ReadLog<T>(
        this Node node, Func<LogCopy, T> read, LogPosition after = default, int? countMax = null)
    {
        await using var connection = await node.Database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var rows = await LogCopy.After(connection, after, countMax, CancellationToken.None);
        var all = new List<T>();
        while (await rows.Read(CancellationToken.None))
            all.Add(read(rows));
        return all;
    }

    /// <summary>A key that seals can be signed with.</summary>
    public static SealKey NewKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return SealKey.Load(key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>Seals everything that is there, in runs of this length.</summary>
    public static async Task Seal(this Node node, int runLength = 4, SealKey? key = null)
    {
        await node.LogShouldBeReadable();
        await node.Lead(new Sealer(new SealOptions { Interval = TimeSpan.Zero, RunLength = runLength }, key));
    }

    /// <summary>Runs followers until they have the whole log. An error of a follower fails the test.</summary>
    public static async Task Lead(this Node node, params ILogFollower[] followers)
    {
        using var logs = new RecordedLogs();
        using var factory = new LoggerFactory([logs]);
        var runner = new ProjectionRunner(node.Database, followers, factory.CreateLogger<ProjectionRunner>());
        await StoreSentences.Until(
            async () =>
            {
                await runner.RunOnce(CancellationToken.None);
                logs.Of(LogLevel.Error).ShouldBeEmpty();
                return (await runner.Look(CancellationToken.None)).All(lag => lag.EventsBehind == 0);
            },
            "the followers have the whole log");
    }

    /// <summary>Verifies the log against its seals.</summary>
    public static async Task<(SealReport Report, List<Difference> Found)> VerifySeals(
        this Node node, PublicKeys? keys = null, SealHead? head = null)
    {
        var found = new List<Difference>();
        var report = await SealVerification.Verify(
            node.Database, keys, head, found.Add, progress: null, CancellationToken.None);
        return (report, found);
    }

    /// <summary>The differences between the events of all sessions and what else is stored of them.</summary>
    public static async Task<List<Difference>> VerifyReplay(this Node node)
    {
        var found = new List<Difference>();
        await ReplayVerification.Verify(node.Database, found.Add, progress: null, CancellationToken.None);
        return found;
    }

    /// <summary>Ten events of four sessions: three sessions end, each in another way, and one goes on.</summary>
    public static async Task LiveALittle(this Node node)
    {
        var deleted = await node.Create();
        await node.Send(deleted, new KeepAlive(40));
        var failed = await node.Create("bo");
        await node.Send(failed, new Fail("disk full"));
        await node.Send(deleted, new Delete());
        var canceled = await node.Create("cy");
        await node.Send(canceled, new KeepAlive(70));
        await node.Send(canceled, new Cancel());
        var active = await node.Create("bo");
        await node.Send(active, new KeepAlive());
    }
}
