using Sessions.Faults.Arenas;
using Sessions.Faults.History;

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
            var gone = arena.Clock.GetTimestamp();
            await arena.Pass(1);
            await arena.UntilAnswered(gone, asked => asked.Answer is Answer.TurnedAway or Answer.Unknown, "nobody misses the database");
            await arena.Primary.Start();
            await arena.Pass(1);
        }
    }
}
