using Sessions.Faults.Arenas;

namespace Sessions.Faults.Matrix;

sealed class TerminatedBackends : Cell
{
    const int Times = 30;

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public override string Name => "terminated-backends";

    public override string Fault => "connections of the nodes, chosen at random, are ended (`pg_terminate_backend`), ten a second";

    public override bool BreaksDatabase => true;

    public override async Task Break(Arena arena)
    {
        var ended = 0;
        await arena.Until(
            async () =>
            {
                var backends = await arena.Primary.Ask<int[]>(
                    "select array_agg(pid) from pg_stat_activity where application_name like 'sessions@%'");
                if (backends is { Length: > 0 }
                    && await arena.Primary.Ask<bool>($"select pg_terminate_backend({backends[arena.Random.Next(backends.Length)]})"))
                {
                    ended++;
                }

                return ended == Times;
            },
            () => $"of {Times} connections {ended} were ended",
            look: Pause);
    }
}
