using System.Collections.Immutable;
using Sessions.Domain;
using Sessions.Faults.History;
using Sessions.Storage.Log;

namespace Sessions.Faults.Checking;

/// <summary>
/// A sound run without a server: requests that overlap, each carried out at one moment by the rules
/// themselves, and a schedule that runs now and then. The checker must pass it; tests then spoil it.
/// </summary>
sealed class SimulatedRun
{
    const int Steps = 600;
    const int StepTicks = 100;
    const string Sha256 = "right";
    static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);
    static readonly DateTimeOffset Began = DateTimeOffset.UnixEpoch.AddYears(50);
    static readonly Guid[] Tokens = [.. Enumerable.Range(1, 4).Select(number => new Guid(number, 4, 4, new byte[8]))];

    static readonly PinnedFile[] Files = [.. new[] { "a.ovf", "b.vmdk" }.Select(name => new PinnedFile(name, 14, DateTimeOffset.UnixEpoch))];

    /// <summary>The items that sessions are on. Each token is for one of the two; now and then a client errs.</summary>
    static readonly PinnedItem[] Items =
        [.. new[] { 1, 2 }.Select(number => new PinnedItem(new Guid(number, 2, 3, new byte[8]), "v1", [.. Files]))];

    static readonly LeasePolicy Policy = new()
    {
        IdleTimeout = TimeSpan.FromSeconds(2),
        RenewalSlack = TimeSpan.FromSeconds(1),
        Retention = TimeSpan.FromSeconds(1),
    };

    readonly Random random;
    readonly Dictionary<SessionAddress, Session> sessions = [];
    readonly Dictionary<SessionAddress, int> versions = [];
    readonly List<Operation> operations = [];
    readonly List<RecordedEvent> log = [];

    /// <summary>Transfers whose bytes were sent, but whose ends are not recorded yet.</summary>
    readonly Queue<(SessionAddress Address, SessionCommand.RecordTransfer End, string Trace)> leaving = [];

    DateTimeOffset now = Began;

    SimulatedRun(int seed) => random = new Random(seed);

    public static Run Of(int seed)
    {
        var simulation = new SimulatedRun(seed);
        for (var step = 0; step < Steps; step++)
            simulation.Advance(step);
        simulation.RecordEnds();
        return simulation.Gather();
    }

    void Advance(int step)
    {
        now += Step;
        if (random.Next(25) == 0)
            RunSchedule();
        if (random.Next(3) == 0)
            RecordEnds();

        var (caller, asked, session) = Next();
        var answer = Carry(step, caller, asked, session);
        // Now and then the client gets no answer, whatever became of the command.
        if (random.Next(15) == 0)
            answer = new Answer.Unknown("no answer in time");
        operations.Add(new Operation(
            step, caller, "node", session, asked,
            (step * StepTicks) - random.Next(3 * StepTicks), (step * StepTicks) + 1 + random.Next(3 * StepTicks), answer));
    }

    (string Caller, Asked Asked, SessionId? Session) Next()
    {
        var caller = random.Next(2) == 0 ? "ana" : "bo";
        var known = sessions.Keys.TakeLast(12).ToArray();
        if (known.Length == 0 || random.Next(4) == 0)
        {
            var token = random.Next(Tokens.Length);
            var item = Items[(token + (random.Next(8) == 0 ? 1 : 0)) % Items.Length];
            return (caller, new Asked.Create(item.ItemId, random.Next(3) == 0 ? Tokens[token] : null), null);
        }

        var address = known[random.Next(known.Length)];
        var file = Files[random.Next(Files.Length)].Name;
        return random.Next(16) switch
        {
            0 => (caller, new Asked.List(), null),
            1 or 2 => (caller, new Asked.Get(), address.Id),
            3 => (address.Owner, new Asked.Command(new SessionCommand.Delete()), address.Id),
            4 => (address.Owner, new Asked.Command(new SessionCommand.Cancel()), address.Id),
            5 => (address.Owner, new Asked.Command(new SessionCommand.Fail("no room")), address.Id),
            6 => (address.Owner, new Asked.Files(), address.Id),
            7 => (address.Owner, new Asked.File(random.Next(5) == 0 ? "none" : file), address.Id),
            8 or 9 => (address.Owner, new Asked.Command(new SessionCommand.PrepareFile(file)), address.Id),
            10 or 11 or 12 => (address.Owner, new Asked.Fetch(file, Sha256, new Uri("http://node/" + file)), address.Id),
            _ => (address.Owner, new Asked.Command(new SessionCommand.KeepAlive(random.Next(-1, 103))), address.Id),
        };
    }

    Answer Carry(int step, string caller, Asked asked, SessionId? session)
    {
        if (asked is Asked.List)
        {
            return new Answer.Listed([.. sessions
                .Where(one => one.Key.Owner == caller && one.Value is Session.Living).Select(one => one.Key.Id)]);
        }

        var address = session is { } id ? new SessionAddress(id, caller)
            : asked is Asked.Create { Token: { } token } ? Holder(caller, token)
            : NewAddress(caller);
        if (asked is Asked.Fetch fetch)
            return Send(address, fetch, Operation.TraceParentOf(step));
        if (asked is Asked.Get or Asked.Files or Asked.File)
        {
            Decide(address, new SessionCommand.Expire(), trace: null);
            if (sessions.GetValueOrDefault(address) is not Session.Living living)
                return new Answer.Refused("NOT_FOUND");
            // Some files are not ready yet; a look at one keeps the session alive.
            var answer = Look(living, asked);
            if (answer is Answer.SeenFiles && step % 2 == 0)
                Decide(address, new SessionCommand.Touch(), Operation.TraceParentOf(step));
            return answer;
        }

        var command = asked is Asked.Create create
            ? new SessionCommand.Create(Items.Single(item => item.ItemId == create.ItemId), create.Token)
            : ((Asked.Command)asked).What;
        return Decide(address, command, Operation.TraceParentOf(step)) switch
        {
            Decision.Refused refused => new Answer.Refused(Rules.ErrorTypeOf(refused.Reason)),
            _ => asked is Asked.Create ? new Answer.Created(address.Id) : new Answer.Done(),
        };
    }

    static Answer Look(Session.Living session, Asked asked) => asked switch
    {
        Asked.Get => Rules.Seen(session),
        Asked.File { Name: "none" } => new Answer.Refused("INVALID_ARGUMENT"),
        Asked.File one => Rules.SeenFiles(session, session.Origin.Item.File(one.Name)!),
        _ => Rules.SeenFiles(session, session.Origin.Item.Files),
    };

    /// <summary>A link that does not work is refused, and nothing is recorded.</summary>
    Answer Send(SessionAddress address, Asked.Fetch fetch, string trace)
    {
        if (sessions.GetValueOrDefault(address) is not Session.Active session
            || session.Lease.ExpiresAt <= now || session.ActivityOf(fetch.FileName).Prepared is null)
        {
            return new Answer.Refused("NOT_FOUND");
        }

        var start = new SessionCommand.RecordTransfer(Guid.CreateVersion7(), fetch.FileName, new ByteRange(0, 14), TransferStep.Started);
        Decide(address, start, trace);
        leaving.Enqueue((address, start with { Step = TransferStep.Finished, Duration = Step }, trace));
        return new Answer.Fetched(Sha256);
    }

    void RecordEnds()
    {
        while (leaving.TryDequeue(out var transfer))
            Decide(transfer.Address, transfer.End, transfer.Trace);
    }

    SessionAddress Holder(string owner, Guid token) =>
        sessions.Where(one => one.Key.Owner == owner && one.Value is Session.Living living && living.Origin.ClientToken == token)
            .Select(one => (SessionAddress?)one.Key).SingleOrDefault() ?? NewAddress(owner);

    static SessionAddress NewAddress(string owner) => new(new SessionId(Guid.CreateVersion7()), owner);

    void RunSchedule()
    {
        foreach (var address in sessions.Keys.ToArray())
        {
            Decide(address, new SessionCommand.Expire(), trace: null);
            Decide(address, new SessionCommand.Purge(), trace: null);
        }
    }

    Decision Decide(SessionAddress address, SessionCommand command, string? trace)
    {
        var context = new DecisionContext(now, Policy, address.Owner, trace is null ? null : address.Owner, MayReadStorage: false);
        var commandId = Guid.CreateVersion7();
        var state = sessions.GetValueOrDefault(address, Session.Initial);
        Record(address, SessionDecider.Settle(state, context), commandId, new Provenance("lease"));
        var decision = SessionDecider.Decide(sessions.GetValueOrDefault(address, Session.Initial), command, context);
        if (decision is Decision.Accepted accepted)
            Record(address, accepted.Events, commandId, new Provenance("test", context.Actor, TraceParent: trace));
        return decision;
    }

    void Record(SessionAddress address, ImmutableArray<SessionEvent> events, Guid commandId, Provenance by)
    {
        foreach (var @event in events)
        {
            sessions[address] = Session.Evolve(sessions.GetValueOrDefault(address, Session.Initial), @event);
            versions[address] = versions.GetValueOrDefault(address) + 1;
            log.Add(new RecordedEvent(
                new LogPosition(1, (ulong)(log.Count / 3), log.Count), address, versions[address], commandId, @event, by));
        }
    }

    Run Gather()
    {
        var living = sessions.Where(one => one.Value is Session.Living).ToArray();
        return new Run(
            Policy, [.. Items], Began, now, [.. operations], [.. log],
            [.. sessions.Select(one => new StoredStream(
                one.Key, versions[one.Key], one.Value, (one.Value as Session.Living)?.Origin.ClientToken))],
            [.. living.Select(one => new StoredListing(one.Key, ((Session.Living)one.Value).Origin.Item.ItemId))],
            [.. living.Select(one => (one.Key, Due: DueMessage.Of(one.Value, Policy)!.Value))
                .Select(one => new StoredMessage(one.Key, one.Due.Kind, one.Due.At, Attempts: 0))],
            DeadLetters: [],
            [.. log.Select(recorded => recorded.Position)],
            TimeAtMost: TimeAt, TimeAtLeast: TimeAt, KeepsEndsFrom: long.MinValue);
    }

    static DateTimeOffset TimeAt(long ticks) => Began + Step + (Step * ((double)ticks / StepTicks));
}
