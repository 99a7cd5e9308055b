using System.Collections.Immutable;
using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace Sessions.Domain.Tests;

/// <summary>One command, some time after the one before it, on a node with this policy.</summary>
/// <param name="Wait">How long after the previous step.</param>
/// <param name="FromDue">Whether to wait from the time of the session's due message instead, if it has one.</param>
/// <param name="Command">The command.</param>
/// <param name="Policy">The node's policy; nodes may differ while a new one is rolled out.</param>
/// <param name="MayReadStorage">Whether the caller may read the storage itself.</param>
/// <param name="OwnerSessions">How many sessions the owner has.</param>
sealed record Step(
    TimeSpan Wait, bool FromDue, SessionCommand Command, LeasePolicy Policy, bool MayReadStorage, int OwnerSessions);

/// <summary>
/// The result of a step: the state it met, the expiry that came first if the lease had lapsed, the
/// decision, and the state it left.
/// </summary>
sealed record Played(
    Step Step,
    DateTimeOffset At,
    Session Before,
    ImmutableArray<SessionEvent> Settled,
    Decision Decision,
    Session After)
{
    public IEnumerable<SessionEvent> Decided => Decision is Decision.Accepted accepted ? accepted.Events : [];

    public IEnumerable<SessionEvent> Recorded => Settled.Concat(Decided);
}

/// <summary>A random life of a session: commands of clients and of the schedule, in any order.</summary>
sealed record History(ImmutableArray<Step> Steps)
{
    public static Arbitrary<History> Any { get; } = Arb.From(
        Histories.History,
        history => history.Steps.Select(step => new History(history.Steps.Remove(step))));

    public IReadOnlyList<Played> Play()
    {
        var played = new List<Played>();
        var (now, session) = (Noon, Session.Initial);
        foreach (var step in Steps)
        {
            now = TimeOf(step, session, now);
            var context = new DecisionContext(now, step.Policy, Ana, Ana, step.MayReadStorage)
            {
                OwnerSessions = step.OwnerSessions,
            };
            var settled = SessionDecider.Settle(session, context);
            var met = settled.Aggregate(session, Session.Evolve);
            var decision = SessionDecider.Decide(met, step.Command, context);

            var done = new Played(step, now, session, settled, decision, session);
            session = done.Recorded.Aggregate(session, Session.Evolve);
            played.Add(done with { After = session });
        }

        return played;
    }

    public override string ToString() => string.Join('\n', Play().Select(p => string.Create(
        CultureInfo.InvariantCulture,
        $"{p.At:HH:mm:ss.fffffff}  {p.Step.Command}  {p.Step.Policy}  => {p.Decision.GetType().Name}: "
        + $"{string.Join(" + ", p.Recorded.Select(e => e.GetType().Name))}")));

    static DateTimeOffset TimeOf(Step step, Session session, DateTimeOffset now)
    {
        var from = step.FromDue && DueMessage.Of(session, step.Policy) is { } due ? due.At : now;
        var at = from + step.Wait;
        return at > now ? at : now;
    }
}

/// <summary>How often each step occurs in <see cref="History.Any"/>.</summary>
static class Histories
{
    static readonly string[] FileNames = [Descriptor.Name, Disk.Name, "other.iso"];

    static readonly Gen<LeasePolicy> Policies =
        from idle in Gen.Elements(1, 60, 300)
        from renewal in Gen.Elements(0, 1, 30, 600)
        from keepAlive in Gen.Elements(0, 0, 10)
        from retention in Gen.Elements(0, 60, 900)
        from max in Gen.Elements<int?>(null, null, 30, 420)
        from sessions in Gen.Elements<int?>(null, null, 2)
        select new LeasePolicy
        {
            IdleTimeout = TimeSpan.FromSeconds(idle),
            RenewalSlack = TimeSpan.FromSeconds(renewal),
            KeepAliveSlack = TimeSpan.FromSeconds(keepAlive),
            Retention = TimeSpan.FromSeconds(retention),
            MaxLifetime = max is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            MaxSessionsPerUser = sessions,
        };

    static readonly Gen<SessionCommand> Creations =
        from item in Gen.Frequency((4, Gen.Constant(Item)), (1, Gen.Constant(AnotherItem)))
        from there in Gen.Frequency((9, Gen.Constant<PinnedItem?>(item)), (1, Gen.Constant<PinnedItem?>(null)))
        from token in Gen.Elements<Guid?>(Token, Token, AnotherToken, null)
        select (SessionCommand)new Create(item.ItemId, there, token);

    static readonly Gen<SessionCommand> Transfers =
        from file in Gen.Elements(FileNames)
        from start in Gen.Elements(0, 5, 10, 500)
        from end in Gen.Elements(0, 5, 10, 500, 1000)
        from step in Gen.Elements(Enum.GetValues<TransferStep>())
        select (SessionCommand)new RecordTransfer(Transfer, file, new ByteRange(start, end), step);

    static readonly Gen<SessionCommand> Commands = Gen.Frequency(
        (2, Creations),
        (6, from progress in Gen.Elements<long?>(null, null, 0, 40, 60, 100, -1, 101)
            select (SessionCommand)new KeepAlive(progress)),
        (6, from name in Gen.Elements(FileNames)
            from endpoint in Gen.Elements(Enum.GetValues<EndpointType>())
            select (SessionCommand)new PrepareFile(name, endpoint)),
        (4, Gen.Constant((SessionCommand)new Touch())),
        (8, Transfers),
        (1, Gen.Elements<SessionCommand>(new Cancel(), new Fail("disk full"), new Fail(new string('x', Fail.MessageMax + 1)), new Delete())),
        (4, Gen.Elements<SessionCommand>(new Expire(), new Purge())));

    // No wait, short and long ones; and straight to the due message, where the boundaries are.
    static readonly Gen<(TimeSpan Wait, bool FromDue)> Waits = Gen.Frequency(
        (3, Gen.Constant((TimeSpan.Zero, false))),
        (1, Gen.Constant((Tick, false))),
        (6, Gen.Choose(0, 40).Select(seconds => (TimeSpan.FromSeconds(seconds), false))),
        (1, Gen.Choose(0, 20).Select(minutes => (TimeSpan.FromMinutes(minutes), false))),
        (2, Gen.Elements(-1, 0, 1).Select(ticks => (TimeSpan.FromTicks(ticks), true))));

    static Gen<Step> StepsOf(Gen<SessionCommand> commands, LeasePolicy[] policies) =>
        from wait in Waits
        from command in commands
        from policy in Gen.Elements(policies)
        from mayReadStorage in Gen.Elements(true, false)
        from ownerSessions in Gen.Elements(0, 0, 1, 2)
        select new Step(wait.Wait, wait.FromDue, command, policy, mayReadStorage, ownerSessions);

    /// <summary>Most begin with a creation; otherwise little would happen in them.</summary>
    public static Gen<History> History { get; } =
        from policies in Gen.OneOf(Policies.ArrayOf(1), Policies.ArrayOf(2))
        from first in StepsOf(Gen.Frequency((9, Creations), (1, Commands)), policies)
        from length in Gen.Choose(0, 40)
        from rest in StepsOf(Commands, policies).ArrayOf(length)
        select new History([first, .. rest]);
}
