using System.Diagnostics;
using Npgsql;
using Sessions.Projections.Following;
using Sessions.Storage.Log;

namespace Sessions.Projections.Rebuilding;

/// <summary>
/// Makes a read model anew from the log, beside the live one, which answers all the time; compares the two,
/// and puts the new one in its place. Whatever breaks off before that leaves the live one as it is.
/// </summary>
/// <remarks>
/// No transaction is open for long: one would hold back whoever follows the log. What has been filled is
/// therefore there piece by piece, and begun anew after a crash.
/// </remarks>
public sealed class Rebuild(NpgsqlDataSource database, ReadModel model, IProgress<RebuildProgress>? progress = null)
{
    /// <summary>How many events are read while as many are written.</summary>
    const int Portion = 20_000;

    /// <summary>How often the two are to change places, before whoever reads the live one all the time has won.</summary>
    const int SwapsMax = 3;

    /// <summary>How long a swap that was held up rests, and lets everybody through.</summary>
    static readonly TimeSpan SwapPause = TimeSpan.FromSeconds(2);

    static readonly string WaitShortly = Sql.Read("wait_shortly");
    static readonly string KeepNoSnapshot = Sql.Read("keep_no_snapshot");
    static readonly string HoldWriters = Sql.Read("hold_writers_of_session_list");
    static readonly string CountEvents = Sql.Read("count_events");

    readonly ILogFollower writer = model.Writer();
    readonly Stopwatch watch = new();
    Checkpoint filled = new(model.Writer().Name, LogPosition.Start, Events: 0);
    long total;
    long shifted;

    string Name => writer.Name;

    /// <summary>Does it.</summary>
    /// <exception cref="UnreadableEventException">An event cannot be read, and the live one may know more of it.</exception>
    /// <exception cref="RebuildException">Somebody else does it, or is in the way, or the log lacks what the live one has.</exception>
    public async Task<RebuildReport> Run(CancellationToken cancellation)
    {
        watch.Start();
        await using var guard = await database.OpenConnectionAsync(cancellation);
        await using var alone = await guard.BeginTransactionAsync(cancellation);
        if (!await IsAlone(guard, cancellation))
            throw new RebuildRunsException(Name);

        await using var connection = await database.OpenConnectionAsync(cancellation);
        total = await Count(connection, cancellation);
        var plan = await RebuildPlan.Make(connection, model.Table, cancellation);
        await plan.Begin(connection, cancellation);
        await Fill(connection, cancellation);
        var reading = watch.Elapsed;
        Tell("indexes");
        await plan.Index(connection, cancellation);
        await Fill(connection, cancellation);
        Tell("comparing");
        var differences = await Swap(connection, plan, cancellation);
        Tell("done");
        return new RebuildReport(Name, filled.Events, reading, watch.Elapsed, differences) { Shifted = shifted };
    }

    /// <summary>Writes the log as far as it can be read. The next portion is read and made into rows while one is written.</summary>
    async Task Fill(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var reading = await database.OpenConnectionAsync(cancellation);
        var next = ReadAfter(reading, filled, cancellation);
        while (await next is var (reached, write))
        {
            next = ReadAfter(reading, reached, cancellation);
            await Task.WhenAll(next, Write(connection, reached, write, cancellation));
            Tell("reading the log");
        }
    }

    /// <summary>The next portion, how far it goes and how it is written; null at the log's end.</summary>
    async Task<(Checkpoint Reached, PreparedWrite Write)?> ReadAfter(
        NpgsqlConnection connection, Checkpoint from, CancellationToken cancellation)
    {
        // Reading takes as long as writing does, and not the thread that writes.
        await Task.Yield();
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var stretch = new LogStretch(
            from.Events + 1, await EventLog.ReadAfter(connection, from.Position, Portion, cancellation));
        return stretch.Events.Count == 0 ? null
            : (from.After(stretch, stretch.Events.Count), await writer.Prepare(stretch, connection, cancellation));
    }

    async Task Write(NpgsqlConnection connection, Checkpoint reached, PreparedWrite write, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await write(Beside(connection), cancellation);
        await transaction.CommitAsync(cancellation);
        filled = reached;
    }

    /// <summary>
    /// Puts the new one in the live one's place. Who reads the live one must be waited for, and everybody who comes
    /// later waits behind: so it is waited for shortly, and tried again.
    /// </summary>
    async Task<RebuildDifferences?> Swap(NpgsqlConnection connection, RebuildPlan plan, CancellationToken cancellation)
    {
        var before = filled;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return model.IsInline
                    ? await SwapInline(connection, plan, cancellation)
                    : await SwapBehind(connection, plan, cancellation);
            }
            catch (PostgresException heldUp) when (heldUp.SqlState == PostgresErrorCodes.LockNotAvailable)
            {
                filled = before;
                Tell("held up");
                if (attempt == SwapsMax)
                    throw new RebuildHeldUpException(Name, heldUp);
                await Task.Delay(SwapPause, cancellation);
            }
        }
    }

    /// <summary>
    /// A model behind the log. Its follower is held for the moment in which whoever of the two is behind
    /// comes up to the other, and the tables change places. What cannot change any more is compared before.
    /// </summary>
    async Task<RebuildDifferences?> SwapBehind(NpgsqlConnection connection, RebuildPlan plan, CancellationToken cancellation)
    {
        var before = model.HasNumbers ? await Checkpoint.Find(connection, Name, cancellation) : null;
        var differences = before is { Events: > 0 }
            ? await plan.Compare(connection, Math.Min(before.Events, filled.Events), cancellation)
            : null;

        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await Run(WaitShortly, connection, cancellation);
        var live = await Checkpoint.Hold(connection, Name, cancellation);
        filled = await Follow(filled, live.Position, Beside(connection), cancellation);
        if (live.Events > 0)
        {
            live = await Follow(live, filled.Position, new ReadModelTables(connection), cancellation);
            shifted = MustNotLack(live);
            differences = model.HasNumbers
                ? (differences ?? RebuildDifferences.None).And(await plan.FindAhead(connection, filled.Events, cancellation))
                : await plan.Compare(connection, filled.Events, cancellation);
        }

        Tell("swapping");
        await plan.Swap(connection, cancellation);
        await filled.Write(connection, cancellation);
        await transaction.CommitAsync(cancellation);
        return differences;
    }

    /// <summary>
    /// How many events more the log has than the live one has followed, which stands at the same place by now: rows after
    /// them get other numbers. Of an event that is gone the live one may have all that tells.
    /// </summary>
    long MustNotLack(Checkpoint live) => !model.HasNumbers ? 0
        : filled.Events >= live.Events ? filled.Events - live.Events
        : throw new RebuildException(
            $"The log has {filled.Events} events up to {live.Position}, and {Name} has followed {live.Events}: it stays as it is, for it may be all that "
            + "tells of those that are gone. 'sessions verify' names them.");

    /// <summary>
    /// A model that is written with the events. Its writers are held back, so that what is committed is all
    /// there is: the list knows it, and so will the new one.
    /// </summary>
    async Task<RebuildDifferences?> SwapInline(NpgsqlConnection connection, RebuildPlan plan, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await Run(WaitShortly, connection, cancellation);
        await Run(HoldWriters, connection, cancellation);
        // Whoever is behind an open transaction cannot be read by those who go by positions; here all is read.
        var last = new LogStretch(
            filled.Events + 1, await EventLog.ReadCommittedAfter(connection, filled.Position, cancellation));
        if (last.Events.Count > 0)
            await writer.Write(last, Beside(connection), cancellation);
        filled = filled.After(last, last.Events.Count);
        var differences = await plan.Compare(connection, filled.Events, cancellation);
        Tell("swapping");
        await plan.Swap(connection, cancellation);
        await transaction.CommitAsync(cancellation);
        return differences;
    }

    /// <summary>Writes what lies between a checkpoint and a place in the log, in the connection's transaction.</summary>
    async Task<Checkpoint> Follow(
        Checkpoint from, LogPosition to, ReadModelTables tables, CancellationToken cancellation)
    {
        while (from.Position < to)
        {
            var read = await EventLog.ReadAfter(tables.Connection, from.Position, Portion, cancellation);
            var stretch = new LogStretch(from.Events + 1, [.. read.TakeWhile(logged => logged.Position <= to)]);
            if (stretch.Events.Count == 0)
                throw new RebuildException($"The log ends at {from.Position}, and {Name} has followed it up to {to}: 'sessions verify' names what is gone.");
            await writer.Write(stretch, tables, cancellation);
            from = from.After(stretch, stretch.Events.Count);
        }

        return from;
    }

    async Task<bool> IsAlone(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var isAlone = await Alone.Begin(connection, "rebuild " + Name, cancellation);
        await Run(KeepNoSnapshot, connection, cancellation);
        return isAlone;
    }

    static async Task Run(string statement, NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    static async Task<long> Count(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(CountEvents, connection) { CommandTimeout = 0 };
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    static ReadModelTables Beside(NpgsqlConnection connection) => new(connection, "read_models_next");

    void Tell(string step) => progress?.Report(new RebuildProgress(step, filled.Events, total, watch.Elapsed));
}
