using Sessions.Domain;
using Sessions.Storage;

namespace Sessions.Api.Downloads;

/// <summary>
/// Ties a transfer to its session's lease: bytes that flow renew the lease, and when the session ends, on any node, the
/// transfer is cut. While the database cannot be reached, a transfer goes on until the last known lease has run out.
/// </summary>
internal sealed class LeaseWatch : IDisposable
{
    /// <summary>The longest time between two looks, for which the end of a session goes unseen.</summary>
    static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(1);

    readonly Transfer transfer;
    readonly Transfers transfers;
    readonly TimeSpan pause;
    readonly ITimer timer;
    long positionBefore;
    int isLooking;

    public LeaseWatch(Transfer transfer, Transfers transfers)
    {
        (this.transfer, this.transfers) = (transfer, transfers);
        positionBefore = transfer.Position;
        // Several looks fall into each lease, even a short one.
        pause = transfers.Policy.IdleTimeout / 4;
        pause = pause < PauseMax ? pause : PauseMax;
        timer = transfers.Clock.CreateTimer(static watch => ((LeaseWatch)watch!).Tick(), this, pause, pause);
    }

    public void Dispose() => timer.Dispose();

    void Tick()
    {
        // One look at a time. While one waits for the database, the last known lease decides.
        if (Interlocked.Exchange(ref isLooking, 1) == 0)
            _ = Look();
        else if (transfer.Lease.HasRunOut)
            transfer.Cut();
    }

    async Task Look()
    {
        try
        {
            var position = transfer.Position;
            // A renewal is written ahead. While it covers the bytes that flow now, a read is enough, and it is cheaper.
            var isDue = position > positionBefore && transfer.Lease.Left < transfers.Policy.IdleTimeout + pause;
            positionBefore = position;
            if (await (isDue ? Renew() : Load()) is { } lease)
                transfer.Lease.ExpiresAt = lease.ExpiresAt;
            else
                transfer.Cut();
        }
        catch (Exception failed)
        {
            // Whether the database is away or reports an error: without an answer, the last known lease holds.
            if (failed is not StoreUnavailableException)
                transfers.LogFailed(failed, transfer.File.Name, transfer.Address.Id);
            if (transfer.Lease.HasRunOut)
                transfer.Cut();
        }
        finally
        {
            Volatile.Write(ref isLooking, 0);
        }
    }

    /// <summary>The lease, renewed if that is due, or null when the session is no longer active.</summary>
    async Task<SessionLease?> Renew()
    {
        var outcome = await transfers.Commands.Submit(
            transfer.Address, new SessionCommand.Touch(), transfer.By, CancellationToken.None);
        return outcome.Decision is Decision.Accepted ? (outcome.Session as Session.Active)?.Lease : null;
    }

    /// <summary>The lease as it is, or null when the session is no longer active.</summary>
    async Task<SessionLease?> Load()
    {
        var loaded = await transfers.Store.Load(transfer.Address);
        return loaded.Running?.Lease;
    }
}
