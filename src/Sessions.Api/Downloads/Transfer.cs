using Microsoft.Win32.SafeHandles;
using Sessions.Content;
using Sessions.Domain;
using Sessions.Storage.Log;
using static Sessions.Domain.SessionCommand;

namespace Sessions.Api.Downloads;

/// <summary>
/// One range of a file on its way to a client: recorded before the first byte leaves and again at its end, however that
/// comes about, and bound to the session's lease in between.
/// </summary>
internal sealed class Transfer(
    Transfers transfers, SessionAddress address, PinnedFile file, SafeFileHandle bytes, HttpContext http, Provenance by,
    KnownLease lease)
{
    readonly Guid id = Guid.CreateVersion7();
    readonly Lock gate = new();
    ByteRange range;
    long position;
    long begun;
    bool isOver;

    public SessionAddress Address => address;

    public PinnedFile File => file;

    public Provenance By => by;

    public KnownLease Lease => lease;

    /// <summary>The offset in the file after the last byte that has left.</summary>
    public long Position => Volatile.Read(ref position);

    /// <summary>Whether the session had ended before the first byte, so that nothing has left.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>Sends as many bytes as the response head says, from this offset on.</summary>
    public async Task Send(long start)
    {
        range = new ByteRange(start, start + http.Response.ContentLength!.Value);
        position = start;
        begun = transfers.Clock.GetTimestamp();
        using var open = transfers.Open();
        var started = await transfers.Commands.Submit(
            address, Step(TransferStep.Started, range, TimeSpan.Zero), by, http.RequestAborted);
        if (started.Decision is Decision.Refused)
        {
            IsRefused = true;
            return;
        }

        if (started.Session is Session.Active { Lease: var renewed })
            lease.ExpiresAt = renewed.ExpiresAt;
        using (new LeaseWatch(this, transfers))
            await Flow();
        lock (gate)
            isOver = true;

        var end = position == range.End ? TransferStep.Finished : TransferStep.Aborted;
        transfers.Record(this, Step(end, range with { End = position }, transfers.Clock.GetElapsedTime(begun)));
    }

    /// <summary>
    /// Breaks the connection, so that the client cannot take what it has for the whole. A transfer that is over is left
    /// alone: its connection may serve another request by now.
    /// </summary>
    public void Cut()
    {
        lock (gate)
        {
            if (!isOver)
                http.Abort();
        }
    }

    async Task Flow()
    {
        try
        {
            // A response that has started lends the connection's own buffers; before that, it would copy the bytes.
            await http.Response.StartAsync(http.RequestAborted);
            while (position < range.End && await SendChunk())
            {
            }
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client went away, or was cut off.
        }
        catch (Exception failed)
        {
            transfers.LogFailed(failed, file.Name, address.Id);
        }

        if (position < range.End)
            Cut();
    }

    /// <summary>Sends the next chunk; false if no more can follow.</summary>
    async ValueTask<bool> SendChunk()
    {
        var chunk = Pace.ChunkOf(position - range.Start, transfers.Clock.GetElapsedTime(begun));
        var size = (int)Math.Min(chunk, range.End - position);
        var writer = http.Response.BodyWriter;
        var read = await RandomAccess.ReadAsync(bytes, writer.GetMemory(size)[..size], position, http.RequestAborted);
        // The file has become shorter, or another program writes into it. This is checked after the read, so that no byte
        // leaves that is of another version than those before it.
        if (read == 0 || !OpenFile.IsUnmodified(bytes, file))
            return false;

        writer.Advance(read);
        var flushed = await writer.FlushAsync(http.RequestAborted);
        if (flushed.IsCompleted)
            return false;
        Volatile.Write(ref position, position + read);
        return true;
    }

    RecordTransfer Step(TransferStep step, ByteRange what, TimeSpan duration) => new(id, file.Name, what, step, duration);
}
