namespace Sessions.Api.Downloads;

/// <summary>
/// The file as the framework sees it. The framework answers ranges and conditions without reading any bytes; once it has
/// chosen the range and written the response head, it asks for the first bytes. At that read the transfer sends the range
/// itself, and the framework is told that there is nothing more.
/// </summary>
/// <param name="length">The file's size.</param>
/// <param name="send">Sends as many bytes as the response head says, from this offset on.</param>
internal sealed class AskedRange(long length, Func<long, Task> send) : Stream
{
    bool isAsked;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position { get; set; }

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => length + offset,
    };

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!isAsked)
        {
            isAsked = true;
            await send(Position);
        }

        return 0;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Flush()
    {
    }
}
