using System.Buffers.Binary;
using Npgsql;
using NpgsqlTypes;

namespace Sessions.Storage.Log;

/// <summary>
/// Rows of the log as PostgreSQL's binary COPY sends them, one after another, in memory that does not grow with their
/// number. Nothing is parsed before it is needed: a row is hashed as it lies in the buffer.
/// </summary>
public sealed class LogCopy : IAsyncDisposable
{
    /// <summary>The signature, the flags, and the length of an extension that is never there.</summary>
    const int HeaderSize = 19;

    /// <summary>The count of fields; -1 after the last row.</summary>
    const int CountSize = 2;

    const int LengthSize = 4;

    /// <summary>The first three columns, which are the row's position in the log.</summary>
    const int PlaceSize = LengthSize + 4 + LengthSize + 8 + LengthSize + 8;

    /// <summary>Small enough to stay off the heap of large objects.</summary>
    const int BlockSize = 32 * 1024;

    readonly NpgsqlRawCopyStream stream;
    Memory<byte> block;
    byte[] buffer = new byte[64 * 1024];
    int next = HeaderSize;
    int end;
    (int Start, int Length) row;

    LogCopy(NpgsqlRawCopyStream stream) => this.stream = stream;

    /// <summary>The position in the log of the row that was read last.</summary>
    public LogPosition Position => new(
        BinaryPrimitives.ReadInt32BigEndian(Bytes[(CountSize + LengthSize)..]),
        BinaryPrimitives.ReadUInt64BigEndian(Bytes[(CountSize + LengthSize + 4 + LengthSize)..]),
        BinaryPrimitives.ReadInt64BigEndian(Bytes[(CountSize + PlaceSize - 8)..]));

    /// <summary>The <see cref="EventContent"/> of that row. Valid until the next row is read.</summary>
    public ReadOnlySpan<byte> Content => Bytes[(CountSize + PlaceSize)..];

    /// <summary>Copies the event, so that it can be kept for longer than the row.</summary>
    public LoggedEvent TakeEvent() => new(Position, Keep(Content));

    ReadOnlySpan<byte> Bytes => buffer.AsSpan(row.Start, row.Length);

    /// <summary>
    /// The log after a position, in order, as far as it can no longer change, in the connection's current transaction.
    /// </summary>
    /// <param name="connection">The connection, which can run nothing else until this is disposed of.</param>
    /// <param name="after">Where to begin.</param>
    /// <param name="countMax">How many rows at most, or null for all.</param>
    /// <param name="cancellation">Gives up.</param>
    public static Task<LogCopy> After(
        NpgsqlConnection connection, LogPosition after, int? countMax, CancellationToken cancellation) =>
        Between(connection, after, LogPosition.End, countMax, cancellation);

    /// <summary>The log from its start up to a position; the server does not send the rows beyond it.</summary>
    public static Task<LogCopy> UpTo(NpgsqlConnection connection, LogPosition last, CancellationToken cancellation) =>
        Between(connection, LogPosition.Start, last, countMax: null, cancellation);

    static async Task<LogCopy> Between(
        NpgsqlConnection connection, LogPosition after, LogPosition last, int? countMax, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(connection);
        // COPY takes no parameters, but may read settings, and these end with the transaction.
        await using (var set = new NpgsqlCommand(Sql.SetLogBounds, connection)
            .With(NpgsqlDbType.Integer, after.Epoch)
            .With(NpgsqlDbType.Xid8, after.Transaction)
            .With(NpgsqlDbType.Bigint, after.Number)
            .With(NpgsqlDbType.Integer, last.Epoch)
            .With(NpgsqlDbType.Xid8, last.Transaction)
            .With(NpgsqlDbType.Bigint, last.Number)
            .With(NpgsqlDbType.Integer, countMax))
        {
            await set.ExecuteNonQueryAsync(cancellation);
        }

        return new LogCopy(await connection.BeginRawBinaryCopyAsync(
            $"copy ({Sql.CopyLog}) to stdout (format binary)", cancellation));
    }

    /// <summary>Moves on to the next row; false after the last.</summary>
    public async ValueTask<bool> Read(CancellationToken cancellation)
    {
        while (!TryTake(out var needed))
            await Fill(needed, cancellation);

        if (row.Length > 0)
            return true;
        // Read to the very end: Npgsql would read the rest while its thread blocks, see Database. The read has room of
        // its own, because the buffer may be full, and a read into no room returns 0 without being at the end.
        var rest = new byte[1];
        while (await stream.ReadAsync(rest, cancellation) > 0)
        {
        }

        return false;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await stream.DisposeAsync();

    /// <summary>
    /// Copies into a block that many events share: with millions of events, an array for each would burden the collector.
    /// </summary>
    ReadOnlyMemory<byte> Keep(ReadOnlySpan<byte> content)
    {
        if (content.Length > block.Length)
            block = new byte[Math.Max(BlockSize, content.Length)];
        var kept = block[..content.Length];
        block = block[content.Length..];
        content.CopyTo(kept.Span);
        return kept;
    }

    /// <summary>Takes the next row if the buffer has all of it, or says how many bytes from here it needs.</summary>
    bool TryTake(out int needed)
    {
        var at = next;
        needed = CountSize;
        if (end - at < needed)
            return false;

        var fields = BinaryPrimitives.ReadInt16BigEndian(buffer.AsSpan(at));
        for (var length = CountSize; fields > 0; fields--, length = needed)
        {
            needed = length + LengthSize;
            if (end - at < needed)
                return false;
            needed += BinaryPrimitives.ReadInt32BigEndian(buffer.AsSpan(at + length));
        }

        if (end - at < needed)
            return false;
        var isRow = needed > CountSize;
        row = (at, isRow ? needed : 0);
        next = isRow ? at + needed : at;
        return true;
    }

    async ValueTask Fill(int needed, CancellationToken cancellation)
    {
        // The header is skipped by starting behind it, so at first "next" lies beyond "end".
        var kept = Math.Max(0, end - next);
        if (next > 0 && next <= end)
        {
            Buffer.BlockCopy(buffer, next, buffer, 0, kept);
            (next, end) = (0, kept);
        }

        if (next + needed > buffer.Length)
            Array.Resize(ref buffer, Math.Max(next + needed, buffer.Length * 2));
        while (end < next + needed)
        {
            var count = await stream.ReadAsync(buffer.AsMemory(end), cancellation);
            if (count == 0)
                throw new EndOfStreamException("The log ended in the middle of a row.");
            end += count;
        }
    }
}
