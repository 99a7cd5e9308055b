using System.Buffers;
using System.Buffers.Binary;
using Npgsql;

namespace Sessions.Storage;

/// <summary>
/// Rows on their way into a table by PostgreSQL's binary COPY: the counterpart of <see cref="LogCopy"/>. What came
/// out of a column goes into another one as it is, byte by byte.
/// </summary>
public sealed class CopyIn : IAsyncDisposable
{
    /// <summary>So many bytes are sent at once.</summary>
    const int PortionSize = 64 * 1024;

    const short EndOfRows = -1;

    const int NoValue = -1;

    /// <summary>The signature, no flags, and an extension of no length.</summary>
    static readonly byte[] Header = [.. "PGCOPY\n"u8, 0xFF, .. "\r\n\0"u8, 0, 0, 0, 0, 0, 0, 0, 0];

    readonly NpgsqlRawCopyStream stream;
    readonly ArrayBufferWriter<byte> rows = new(PortionSize * 2);
    bool isComplete;

    CopyIn(NpgsqlRawCopyStream stream)
    {
        this.stream = stream;
        rows.Write(Header);
    }

    /// <summary>Begins.</summary>
    /// <param name="connection">
    /// Its connection, in a transaction: rows of a copy that was broken off are there until that is rolled back.
    /// </param>
    /// <param name="statement"><c>copy … from stdin (format binary)</c>.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<CopyIn> Begin(NpgsqlConnection connection, string statement, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return new CopyIn(await connection.BeginRawBinaryCopyAsync(statement, cancellation));
    }

    /// <summary>Begins a row, whose values follow in the order of the statement's columns.</summary>
    public void BeginRow(short columns)
    {
        BinaryPrimitives.WriteInt16BigEndian(rows.GetSpan(sizeof(short)), columns);
        rows.Advance(sizeof(short));
    }

    /// <summary>A value as PostgreSQL itself would send it.</summary>
    public void Write(ReadOnlySpan<byte> value)
    {
        WriteLength(value.Length);
        rows.Write(value);
    }

    /// <summary>A bigint.</summary>
    public void Write(long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        Write(bytes);
    }

    /// <summary>A uuid, or null.</summary>
    public void Write(Guid? value)
    {
        if (value is not { } given)
        {
            WriteNull();
            return;
        }

        Span<byte> bytes = stackalloc byte[16];
        given.TryWriteBytes(bytes, bigEndian: true, out _);
        Write(bytes);
    }

    /// <summary>A null.</summary>
    public void WriteNull() => WriteLength(NoValue);

    /// <summary>Sends what has been gathered, if it is enough; to be called between rows.</summary>
    public async ValueTask Send(CancellationToken cancellation)
    {
        if (rows.WrittenCount >= PortionSize)
            await SendAll(cancellation);
    }

    /// <summary>Sends the rest and the end.</summary>
    public async Task Complete(CancellationToken cancellation)
    {
        BeginRow(EndOfRows);
        await SendAll(cancellation);
        isComplete = true;
    }

    /// <summary>
    /// Ends the copy; one that is not complete is broken off. To end it as if it were would have the server complain of its
    /// format, and nobody would hear what really went wrong.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (!isComplete)
            await stream.CancelAsync();
        await stream.DisposeAsync();
    }

    async ValueTask SendAll(CancellationToken cancellation)
    {
        await stream.WriteAsync(rows.WrittenMemory, cancellation);
        rows.ResetWrittenCount();
    }

    void WriteLength(int length)
    {
        BinaryPrimitives.WriteInt32BigEndian(rows.GetSpan(sizeof(int)), length);
        rows.Advance(sizeof(int));
    }
}
