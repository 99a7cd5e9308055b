using Sessions.Faults.Arenas;
using Sessions.Faults.Checking;
using Sessions.Faults.History;

namespace Sessions.Faults.Matrix;

sealed class TerminatedBackends : Cell
{
    const int Times = 30;

    int ended;

    public override string Name => "terminated-backends";

    public override string Fault => "connections of the nodes, chosen at random, are ended (`pg_terminate_backend`), ten a second";

    public override async Task Break(Arena arena)
    {
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

    public override IEnumerable<Violation> AlsoBroken(Run run)
    {
        if (ended == 0)
            yield return new Violation("the fault is felt", "no connection of a node was ended");
    }
}
