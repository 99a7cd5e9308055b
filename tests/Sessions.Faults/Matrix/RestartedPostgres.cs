using Sessions.Faults.Arenas;

namespace Sessions.Faults.Matrix;

sealed class RestartedPostgres : Cell
{
    public override string Name => "restarted-postgres";

    public override string Fault => "PostgreSQL is stopped as by a crash (`immediate`) and started again, twice";

    public override bool BreaksDatabase => true;

    public override async Task Break(Arena arena)
    {
        for (var i = 0; i < 2; i++)
        {
            await arena.Primary.Stop("immediate");
            await arena.Pass(1);
            await arena.Primary.Start();
            await arena.Pass(1);
        }
    }
}
