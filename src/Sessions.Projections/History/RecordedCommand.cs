using System.Collections.Immutable;
using System.Diagnostics;
using Sessions.Domain;
using Sessions.Storage.Log;
using static Sessions.Domain.SessionEvent;

namespace Sessions.Projections.History;

/// <summary>
/// A command, reconstructed from the events that it left. Commands without events are not on record: refusals,
/// and activity that a lease written ahead already covered.
/// </summary>
/// <param name="Command">What was asked.</param>
/// <param name="At">When it was decided.</param>
/// <param name="Actor">Who asked; null for the system.</param>
/// <param name="MayReadStorage">Whether the actor was allowed to read the storage itself; only a creation says so.</param>
/// <param name="Settled">The expiry of a lapsed lease that was settled before it, if any.</param>
/// <param name="Decided">Its own events.</param>
public sealed record RecordedCommand(
    SessionCommand Command,
    DateTimeOffset At,
    string? Actor,
    bool MayReadStorage,
    ImmutableArray<SessionEvent> Settled,
    ImmutableArray<SessionEvent> Decided)
{
    /// <summary>The operation that renews explicitly; every other renewal is activity that the server saw.</summary>
    const string KeepAliveOperation = "keep_alive";

    /// <summary>The commands behind the events of one session, in order.</summary>
    public static IEnumerable<RecordedCommand> Of(IEnumerable<RecordedEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        var together = new List<RecordedEvent>();
        foreach (var recorded in events)
        {
            if (together.Count > 0 && together[0].CommandId != recorded.CommandId)
            {
                yield return OfOne(together);
                together.Clear();
            }

            together.Add(recorded);
        }

        if (together.Count > 0)
            yield return OfOne(together);
    }

    /// <summary>The command behind the events that share its id.</summary>
    public static RecordedCommand OfOne(IReadOnlyList<RecordedEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        var settled = events.Count > 1 && events[0].Event is SessionExpired ? 1 : 0;
        var first = events[settled];
        return new RecordedCommand(
            CommandOf(first), first.Event.At, first.Provenance.Actor, first.Event is SessionCreated { MayReadStorage: true },
            [.. events.Take(settled).Select(recorded => recorded.Event)],
            [.. events.Skip(settled).Select(recorded => recorded.Event)]);
    }

    static SessionCommand CommandOf(RecordedEvent first) => first.Event switch
    {
        SessionCreated e => new SessionCommand.Create(e.Item, e.ClientToken),
        SessionKeptAlive e => e.Progress is not null || IsKeepAlive(first.Provenance)
            ? new SessionCommand.KeepAlive(e.Progress)
            : new SessionCommand.Touch(),
        FilePrepared e => new SessionCommand.PrepareFile(e.FileName, e.Endpoint),
        TransferStarted e => new SessionCommand.RecordTransfer(e.TransferId, e.FileName, e.Range, TransferStep.Started),
        FileTransferred e =>
            new SessionCommand.RecordTransfer(e.TransferId, e.FileName, e.Range, TransferStep.Finished, e.Duration),
        TransferAborted e =>
            new SessionCommand.RecordTransfer(e.TransferId, e.FileName, e.Range, TransferStep.Aborted, e.Duration),
        SessionCanceled => new SessionCommand.Cancel(),
        SessionFailed e => new SessionCommand.Fail(e.Message),
        SessionExpired => new SessionCommand.Expire(),
        SessionDeleted { Reason: DeletionReason.Retention } => new SessionCommand.Purge(),
        SessionDeleted => new SessionCommand.Delete(),
        _ => throw new UnreachableException($"No command leads to {first.Event.GetType().Name}."),
    };

    static bool IsKeepAlive(Provenance by) => by.Origin.Split(' ')[^1] == KeepAliveOperation;
}
