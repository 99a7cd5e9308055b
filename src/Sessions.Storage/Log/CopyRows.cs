using System.Buffers.Binary;
using Npgsql;

namespace Sessions.Storage.Log;

/// <summary>
/// Rows for PostgreSQL's binary COPY, built in memory and then sent to a table: the counterpart of <see cref="LogCopy"/>.
/// Values read from one column go into another as they are, byte for byte.
/// </summary>
public sealed class CopyRows
{
    /// <summary>Small enough to stay off the heap of large objects.</summary>
    const int BlockSize = 64 * 1024;

    const short EndOfRows = -1;

    const int NoValue = -1;

    /// <summary>The signature, no flags, and an empty extension.</summary>
    static readonly byte[] Header = [.. "PGCOPY\n"u8, 0xFF, .. "\r\n\0"u8, 0, 0, 0, 0, 0, 0, 0, 0];

    readonly List<ReadOnlyMemory<byte>> full = [Header];
    byte[] block = [];
    int used;

    /// <summary>Begins a row, whose values follow in the order of the statement's columns.</summary>
    public void BeginRow(short columns) => BinaryPrimitives.WriteInt16BigEndian(Take(sizeof(short)), columns);

    /// <summary>A value as PostgreSQL itself would send it.</summary>
    public void Write(ReadOnlySpan<byte> value) => value.CopyTo(TakeValue(value.Length));

    /// <summary>A bigint.</summary>
    public void Write(long value) => BinaryPrimitives.WriteInt64BigEndian(TakeValue(sizeof(long)), value);

    /// <summary>A uuid, or null.</summary>
    public void Write(Guid? value)
    {
        if (value is { } given)
            given.TryWriteBytes(TakeValue(16), bigEndian: true, out _);
        else
            WriteNull();
    }

    /// <summary>A null.</summary>
    public void WriteNull() => BinaryPrimitives.WriteInt32BigEndian(Take(sizeof(int)), NoValue);

    /// <summary>Ends the rows and sends them all; may be called once.</summary>
    /// <param name="connection">
    /// A connection in a transaction, whose rollback removes the rows of a copy that was broken off.
    /// </param>
    /// <param name="statement"><c>copy … from stdin (format binary)</c>.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task Send(NpgsqlConnection connection, string statement, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(connection);
        BeginRow(EndOfRows);
        full.Add(block.AsMemory(0, used));
        await using var stream = await connection.BeginRawBinaryCopyAsync(statement, cancellation);
        try
        {
            foreach (var rows in full)
                await stream.WriteAsync(rows, cancellation);
        }
        catch
        {
            // Disposing the stream would end the copy as if it were whole: the server would then complain of its format,
            // and that error would hide this one.
            await stream.CancelAsync();
            throw;
        }
    }

    Span<byte> TakeValue(int length)
    {
        BinaryPrimitives.WriteInt32BigEndian(Take(sizeof(int)), length);
        return Take(length);
    }

    Span<byte> Take(int length)
    {
        if (block.Length - used < length)
        {
            full.Add(block.AsMemory(0, used));
            (block, used) = (new byte[Math.Max(BlockSize, length)], 0);
        }

        used += length;
        return block.AsSpan(used - length, length);
    }
}
