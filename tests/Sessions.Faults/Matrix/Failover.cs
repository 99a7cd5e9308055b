using Sessions.Faults.Arenas;
using Sessions.Faults.Checking;
using Sessions.Faults.History;

namespace Sessions.Faults.Matrix;

/// <summary>
/// Either of two standbys may have confirmed a commit, so the one that has come further must be promoted. The
/// operator must see to that, as the usual tools do.
/// </summary>
sealed class Failover : Cell
{
    long diedAt;

    public override string Name => "failover";

    public override string Fault =>
        "the primary dies, and the further of two standbys (`synchronous_standby_names = 'ANY 1 (*)'`) is promoted";

    public override int Standbys => 2;

    public override bool BreaksDatabase => true;

    public override async Task Prepare(Arena arena)
    {
        foreach (var server in arena.Standbys.Prepend(arena.Primary))
        {
            await server.Run("alter system set synchronous_standby_names = 'ANY 1 (*)'");
            await server.Run("select pg_reload_conf()");
        }
    }

    public override async Task Break(Arena arena)
    {
        await arena.UntilAnswered(long.MinValue, IsAcknowledged, "nothing is acknowledged that might be lost");
        diedAt = arena.Clock.GetTimestamp();
        await arena.Primary.Stop("immediate");
        var received = new Dictionary<Postgres, long>();
        foreach (var standby in arena.Standbys)
            received[standby] = await standby.Ask<long>("select (pg_last_wal_receive_lsn() - '0/0')::bigint");
        var next = received.MaxBy(one => one.Value).Key;
        foreach (var standby in arena.Standbys.Where(standby => standby != next))
            await standby.Follow(next);
        await next.Promote();
        arena.Primary = next;
    }

    public override IEnumerable<Violation> AlsoBroken(Facts facts) => Felt(
        facts.Run.Operations.Any(asked => asked.End < diedAt && IsAcknowledged(asked) && facts.CommitsOf[asked.TraceId].Any()),
        "the promoted standby has nothing that the dead primary acknowledged");

    static bool IsAcknowledged(Operation asked) => asked is { Asked: Asked.Create { Token: null }, Answer: Answer.Created };
}
