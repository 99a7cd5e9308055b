using System.Diagnostics;
using Npgsql;
using Sessions.Projections.Following;
using Sessions.Storage.Log;

namespace Sessions.Projections.Rebuilding;

/// <summary>
/// Rebuilds a read model from the log beside the live one, which keeps answering; compares the two, and puts the new
/// one in the live one's place. A failure before that leaves the live one as it is.
/// </summary>
/// <remarks>
/// No transaction that writes is open for long: it would hold back all followers of the log. So the new table is
/// committed portion by portion, and after a crash the rebuild starts over.
/// </remarks>
public sealed class Rebuild(NpgsqlDataSource database, ReadModel model, IProgress<RebuildProgress>? progress = null)
{
    /// <summary>How many events are read at a time, while the portion before is written.</summary>
    const int Portion = 20_000;

    /// <summary>How many times the swap is tried, if readers of the live one hold it up.</summary>
    const int SwapsMax = 3;

    /// <summary>The pause after a swap that was held up, which lets all waiting transactions through.</summary>
    static readonly TimeSpan SwapPause = TimeSpan.FromSeconds(2);

    readonly ILogFollower writer = model.Writer();
    readonly Stopwatch watch = new();
    Checkpoint filled = new(model.Writer().Name, LogPosition.Start, Events: 0);
    long total;
    long shifted;

    string Name => writer.Name;

    /// <summary>Rebuilds the model.</summary>
    /// <exception cref="UnreadableEventException">An event cannot be read, and the live one may have more of it.</exception>
    /// <exception cref="RebuildException">
    /// Another rebuild runs, readers hold up the swap, or the log lacks what the live one has.
    /// </exception>
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

    /// <summary>Writes the log as far as it can be read. While one portion is written, the next is prepared.</summary>
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

    /// <summary>The next portion: how far it reaches, and its prepared write; null at the log's end.</summary>
    async Task<(Checkpoint Reached, PreparedWrite Write)?> ReadAfter(
        NpgsqlConnection connection, Checkpoint from, CancellationToken cancellation)
    {
        // Reading takes as long as writing, so it must not run on the thread that writes.
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
    /// Swaps the new one for the live one. The swap has to wait for transactions that read the live one, and all that
    /// come later wait behind it. So it waits only briefly, and tries again.
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
    /// Swaps a model that a follower writes. The follower's checkpoint is held while the table that is behind catches
    /// up with the other and the two are swapped. Rows that never change are compared before.
    /// </summary>
    async Task<RebuildDifferences?> SwapBehind(NpgsqlConnection connection, RebuildPlan plan, CancellationToken cancellation)
    {
        var before = model.HasNumbers ? await Checkpoint.Find(connection, Name, cancellation) : null;
        var differences = before is { Events: > 0 }
            ? await plan.Compare(connection, Math.Min(before.Events, filled.Events), cancellation)
            : null;

        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await Run(Sql.WaitShortly, connection, cancellation);
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
    /// How many more events the log has than the live one has followed up to the same position; rows after them get other
    /// numbers. Fails if the log has fewer, since the live one may be the only trace of the events that are gone.
    /// </summary>
    long MustNotLack(Checkpoint live) => !model.HasNumbers ? 0
        : filled.Events >= live.Events ? filled.Events - live.Events
        : throw new RebuildException(
            $"The log has {filled.Events} events up to {live.Position}, but {Name} has followed {live.Events}. {Name} is kept, because it "
            + "may be all that is left of the missing events; 'sessions verify' names them.");

    /// <summary>
    /// Swaps a model that is written in the events' transaction. Its writers are held back, so that the live one and
    /// the new one both have all events that are committed.
    /// </summary>
    async Task<RebuildDifferences?> SwapInline(NpgsqlConnection connection, RebuildPlan plan, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await Run(Sql.WaitShortly, connection, cancellation);
        await Run(Sql.HoldWritersOfSessionList, connection, cancellation);
        // A follower cannot read events above the oldest open transaction; here all committed ones are read.
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

    /// <summary>Writes the events between a checkpoint and a position, in the connection's transaction.</summary>
    async Task<Checkpoint> Follow(
        Checkpoint from, LogPosition to, ReadModelTables tables, CancellationToken cancellation)
    {
        while (from.Position < to)
        {
            var read = await EventLog.ReadAfter(tables.Connection, from.Position, Portion, cancellation);
            var stretch = new LogStretch(from.Events + 1, [.. read.TakeWhile(logged => logged.Position <= to)]);
            if (stretch.Events.Count == 0)
                throw new RebuildException(
                    $"The log ends at {from.Position}, but {Name} has followed it up to {to}: 'sessions verify' names what is missing.");
            await writer.Write(stretch, tables, cancellation);
            from = from.After(stretch, stretch.Events.Count);
        }

        return from;
    }

    async Task<bool> IsAlone(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var isAlone = await Alone.Begin(connection, "rebuild " + Name, cancellation);
        await Run(Sql.KeepNoSnapshot, connection, cancellation);
        return isAlone;
    }

    static async Task Run(string statement, NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    static async Task<long> Count(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(Sql.CountEvents, connection) { CommandTimeout = 0 };
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    static ReadModelTables Beside(NpgsqlConnection connection) => new(connection, "read_models_next");

    void Tell(string step) => progress?.Report(new RebuildProgress(step, filled.Events, total, watch.Elapsed));
}
