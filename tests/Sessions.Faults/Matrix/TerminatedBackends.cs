using Sessions.Faults.Arenas;
using Sessions.Faults.Checking;

namespace Sessions.Faults.Matrix;

sealed class TerminatedBackends : Cell
{
    const int Times = 30;

    int ended;

    public override string Name => "terminated-backends";

    public override string Fault => "connections of the nodes, chosen at random, are ended (`pg_terminate_backend`), ten a second";

    public override bool BreaksDatabase => true;

    public override async Task Break(Arena arena)
    {
        ended = 0;
        for (var i = 0; i < Times; i++)
        {
            var backends = await arena.Primary.Ask<int[]>(
                "select array_agg(pid) from pg_stat_activity where application_name like 'sessions@%'");
            if (backends is { Length: > 0 }
                && await arena.Primary.Ask<bool>($"select pg_terminate_backend({backends[arena.Random.Next(backends.Length)]})"))
            {
                ended++;
            }

            await arena.Pass(0.1);
        }
    }

    public override IEnumerable<Violation> AlsoBroken(Facts facts) => Felt(ended > 0, "no connection of a node was ended");
}
