using Microsoft.Win32.SafeHandles;
using Sessions.Content;
using Sessions.Domain;
using Sessions.Storage.Log;
using static Sessions.Domain.SessionCommand;

namespace Sessions.Api.Downloads;

/// <summary>
/// One run of bytes of a file on its way to a client: recorded before the first byte, under the
/// session's lease as long as it flows, and recorded again at its end, whichever it is.
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

    /// <summary>How far it has come: the place in the file after the last byte that has left.</summary>
    public long Position => Volatile.Read(ref position);

    /// <summary>The session ended before the first byte; nothing has left.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>Sends the bytes from here on, as many as the head of the answer says.</summary>
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
    /// Breaks the connection, so that the client cannot take what it has for the whole. A transfer that
    /// is over is left alone: its connection may be another's by now.
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
            // Begun, the connection lends its own buffers; before, it would copy what it is given.
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

    /// <summary>Whether it has left, and more may follow.</summary>
    async ValueTask<bool> SendChunk()
    {
        var chunk = Pace.ChunkOf(position - range.Start, transfers.Clock.GetElapsedTime(begun));
        var size = (int)Math.Min(chunk, range.End - position);
        var writer = http.Response.BodyWriter;
        var read = await RandomAccess.ReadAsync(bytes, writer.GetMemory(size)[..size], position, http.RequestAborted);
        // The file has become shorter under our hands, or others write into it. Looked at after the read, so that no
        // byte leaves that is of another version than those before it.
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
