using Microsoft.Extensions.Logging;
using Npgsql;
using Sessions.Storage;
using Sessions.Storage.Log;

namespace Sessions.Projections.Following;

/// <summary>
/// Leads the followers along the log. A pass locks their checkpoints, reads the next events once for all followers
/// that are close together, lets each one write, moves the checkpoints, and commits all of it in one transaction.
/// </summary>
/// <remarks>
/// Any number of nodes may run it, and none leads: a pass holds the row locks of its checkpoints, and skips a
/// follower whose row another node has locked.
/// </remarks>
public sealed partial class ProjectionRunner(
    NpgsqlDataSource database, IReadOnlyList<ILogFollower> followers, ILogger<ProjectionRunner> log)
{
    /// <summary>How many events a pass reads at most. With twice as many, a server that catches up may keep 35 MB more.</summary>
    public const int BatchLimit = 5_000;

    readonly (string, TimeSpan)[] names = [.. followers.Select(follower => (follower.Name, follower.Patience))];

    /// <summary>How far each follower is behind now. One cheap statement.</summary>
    public async Task<IReadOnlyList<FollowerLag>> Look(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await FollowerLag.Find(connection, names, cancellation);
    }

    /// <summary>
    /// One pass for all followers that are behind. If a follower fails, the failure is logged, the others go on,
    /// and the next pass tries again.
    /// </summary>
    /// <returns>Whether more events may be readable at this moment.</returns>
    public async Task<bool> RunOnce(CancellationToken cancellation)
    {
        var lags = await Look(cancellation);
        ProjectionMetrics.Record(lags);
        var more = false;
        foreach (var near in Near(lags.Where(IsDue).Select(lag => lag.Reached)))
            more |= await Lead([.. near.Select(reached => reached.Follower)], cancellation);
        return more;
    }

    bool IsDue(FollowerLag lag) =>
        lag.IsReadable && (lag.EventsBehind >= Follower(lag.Follower).Portion || lag.Behind > TimeSpan.Zero);

    /// <summary>Groups checkpoints that lie within a batch of each other, so that one read serves each group.</summary>
    static List<List<Checkpoint>> Near(IEnumerable<Checkpoint> checkpoints)
    {
        var groups = new List<List<Checkpoint>>();
        foreach (var checkpoint in checkpoints.OrderBy(checkpoint => checkpoint.Position))
        {
            if (groups is [.., var group] && checkpoint.Events - group[0].Events < BatchLimit)
                group.Add(checkpoint);
            else
                groups.Add([checkpoint]);
        }

        return groups;
    }

    async Task<bool> Lead(string[] group, CancellationToken cancellation)
    {
        try
        {
            return await Pass(group, cancellation);
        }
        catch (Exception failed) when (failed is not OperationCanceledException && !Failure.IsOfDatabase(failed))
        {
            if (group is [var culprit])
            {
                LogFailed(failed, culprit);
                return false;
            }

            var more = false;
            foreach (var one in group)
                more |= await Lead([one], cancellation);
            return more;
        }
    }

    async Task<bool> Pass(string[] group, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        // Another node may have moved them since they were grouped.
        if (Near(await Checkpoint.Take(connection, group, cancellation)) is not [var taken, ..])
            return false;

        var from = taken[0];
        var stretch = new LogStretch(
            from.Events + 1, await EventLog.ReadAfter(connection, from.Position, BatchLimit, cancellation));
        var moved = false;
        foreach (var checkpoint in taken)
            moved |= await Advance(checkpoint, stretch.After(checkpoint), connection, cancellation);
        await transaction.CommitAsync(cancellation);
        return moved && stretch.Events.Count == BatchLimit;
    }

    async Task<bool> Advance(
        Checkpoint checkpoint, LogStretch stretch, NpgsqlConnection connection, CancellationToken cancellation)
    {
        if (stretch.Events.Count == 0)
            return false;
        var count = await Follower(checkpoint.Follower).Write(stretch, new ReadModelTables(connection), cancellation);
        if (count > 0)
            await checkpoint.After(stretch, count).Write(connection, cancellation);
        return count > 0;
    }

    ILogFollower Follower(string name) => followers.Single(follower => follower.Name == name);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Follower} cannot follow the log; trying again")]
    partial void LogFailed(Exception error, string follower);
}
