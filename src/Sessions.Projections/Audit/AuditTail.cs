using System.Runtime.CompilerServices;
using Npgsql;
using Sessions.Projections.Following;
using Sessions.Storage.Log;

namespace Sessions.Projections.Audit;

/// <summary>
/// Follows the log as it grows, from the audit trail's present checkpoint, and never skips an event. Events come
/// in the log's order, which is not always the order of their times.
/// </summary>
public sealed class AuditTail(NpgsqlDataSource database, TimeProvider clock)
{
    const int BatchLimit = 1000;

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>The matching events as the log gets them, until canceled.</summary>
    public async IAsyncEnumerable<AuditEvent> Follow(
        AuditFilter filter, [EnumeratorCancellation] CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var (name, memory) = (new AuditTrail().Name, new ItemMemory());
        var reached = new Checkpoint(name, LogPosition.Start, Events: 0);
        await using (var connection = await database.OpenConnectionAsync(cancellation))
            reached = await Checkpoint.Find(connection, name, cancellation) ?? reached;

        while (true)
        {
            var (stretch, items) = await Next(reached, memory, cancellation);
            for (var i = 0; i < items.Length; i++)
            {
                var one = AuditEvent.Of(new NumberedEvent(stretch.First + i, stretch.Events[i], items[i]));
                if (filter.Fits(one))
                    yield return one;
            }

            reached = reached.After(stretch, items.Length);
            if (items.Length < BatchLimit)
                await Task.Delay(Pause, clock, cancellation);
        }
    }

    async Task<(LogStretch Stretch, Guid?[] Items)> Next(
        Checkpoint reached, ItemMemory memory, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var stretch = new LogStretch(
            reached.Events + 1, await EventLog.ReadAfter(connection, reached.Position, BatchLimit, cancellation));
        return (stretch, await memory.Find(stretch.Events, connection, cancellation));
    }
}
