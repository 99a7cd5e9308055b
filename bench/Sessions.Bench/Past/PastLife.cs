using System.Globalization;
using Sessions.Domain;
using Sessions.Storage.Log;

namespace Sessions.Bench.Past;

/// <summary>
/// One session from its creation to its end, by a script that is drawn beforehand: files are prepared
/// and fetched, leases are renewed; then the session is deleted, canceled, failed, or left to expire.
/// </summary>
internal sealed class PastLife
{
    readonly Queue<(TimeSpan Pause, SessionCommand Command, string? Actor)> script = new();
    readonly string clientAddress;
    readonly byte[] traceId = new byte[16];

    public PastLife(Random random, SessionAddress address, PinnedItem item, LeasePolicy policy)
    {
        (Address, Policy) = (address, policy);
        var number = random.Next(65_536);
        clientAddress = string.Create(CultureInfo.InvariantCulture, $"10.20.{number % 16}.{number / 16 % 250}");
        random.NextBytes(traceId);
        Write(random, item);
    }

    public SessionAddress Address { get; }

    public Session Session { get; private set; } = Session.Initial;

    /// <summary>How the session began; not known before its first event.</summary>
    public SessionOrigin? Origin { get; private set; }

    public int Version { get; private set; }

    LeasePolicy Policy { get; }

    /// <summary>When the next step is due, if the last one was at this time; null after the last step.</summary>
    public DateTimeOffset? NextAfter(DateTimeOffset time) =>
        script.TryPeek(out var next) ? time + next.Pause : DueMessage.Of(Session, Policy)?.At;

    /// <summary>Carries out the next step.</summary>
    public IEnumerable<PastEvent> Step(Random random, DateTimeOffset now)
    {
        var (_, command, actor) = script.Count > 0 ? script.Dequeue() : (default, FromTheSchedule(), null);
        var by = actor is null
            ? new Provenance("schedule", Node: "one")
            : new Provenance("modern " + command.GetType().Name, actor, Address: clientAddress, TraceParent: Trace(random), Node: "two");
        var commandId = Guid.CreateVersion7(now);
        var decision = SessionDecider.Decide(
            Session, command, new DecisionContext(now, Policy, Address.Owner, actor, MayReadStorage: false));
        foreach (var @event in decision is Decision.Accepted accepted ? accepted.Events : [])
        {
            Session = Session.Evolve(Session, @event);
            Origin ??= (Session as Session.Living)?.Origin;
            yield return new PastEvent(Address, ++Version, commandId, @event, by);
        }
    }

    SessionCommand FromTheSchedule() =>
        Session is Session.Active ? new SessionCommand.Expire() : new SessionCommand.Purge();

    void Write(Random random, PinnedItem item)
    {
        var owner = Address.Owner;
        script.Enqueue((TimeSpan.Zero, new SessionCommand.Create(item), owner));
        foreach (var file in item.Files)
        {
            var (transfer, whole) = (Guid.CreateVersion7(), new ByteRange(0, file.Size));
            var duration = TimeSpan.FromSeconds(1 + random.Next(60));
            script.Enqueue((Soon(random), new SessionCommand.PrepareFile(file.Name), owner));
            script.Enqueue((Soon(random), new SessionCommand.RecordTransfer(
                transfer, file.Name, whole, TransferStep.Started), owner));
            script.Enqueue((duration, new SessionCommand.RecordTransfer(
                transfer, file.Name, whole, TransferStep.Finished, duration), owner));
        }

        script.Enqueue((TimeSpan.FromSeconds(30 + random.Next(90)), new SessionCommand.KeepAlive(random.Next(100)), owner));
        switch (random.Next(100))
        {
            case < 50:
                script.Enqueue((Soon(random), new SessionCommand.Delete(), owner));
                break;
            case < 53:
                script.Enqueue((Soon(random), new SessionCommand.Delete(), "admin"));
                break;
            case < 58:
                script.Enqueue((Soon(random), new SessionCommand.Cancel(), owner));
                break;
            case < 63:
                script.Enqueue((Soon(random), new SessionCommand.Fail("The disk of the client is full."), owner));
                break;
        }
    }

    static TimeSpan Soon(Random random) => TimeSpan.FromMilliseconds(50 + random.Next(5000));

    string Trace(Random random) =>
        $"00-{Convert.ToHexStringLower(traceId)}-{random.NextInt64().ToString("x16", CultureInfo.InvariantCulture)}-01";
}
