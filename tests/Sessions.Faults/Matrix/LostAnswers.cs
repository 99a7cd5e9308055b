using Sessions.Faults.Arenas;
using Sessions.Faults.Checking;
using Sessions.Tests.Fixtures;

namespace Sessions.Faults.Matrix;

sealed class LostAnswers : Cell
{
    const int Rounds = 8;

    CuttingProxy? network;
    int lost;

    public override string Name => "lost-answers";

    public override string Fault =>
        "connections break between a commit and its answer, before the commit, or with the commit still on its way";

    public override bool BreaksDatabase => true;

    public override Task Prepare(Arena arena)
    {
        network = arena.Keep(new CuttingProxy(arena.Primary.ConnectionString));
        return Task.CompletedTask;
    }

    public override string ConnectionOf(Arena arena) => network!.ConnectionString;

    public override async Task Break(Arena arena)
    {
        lost = 0;
        network!.OnWrite = _ =>
        {
            var fate = FateBy(arena.Random);
            if (fate == Fate.CutAfter)
                Interlocked.Increment(ref lost);
            return Task.FromResult(fate);
        };
        for (var i = 0; i < Rounds; i++)
        {
            await arena.Pass(0.5);
            await network.LetThrough();
        }

        network.OnWrite = _ => Task.FromResult(Fate.Pass);
        await network.LetThrough();
    }

    public override IEnumerable<Violation> AlsoBroken(Facts facts) => Felt(lost > 0, "no commit lost its answer");

    static Fate FateBy(Random random)
    {
        lock (random)
        {
            return random.Next(40) switch
            {
                0 => Fate.CutBefore,
                1 or 2 => Fate.CutAfter,
                3 => Fate.Hold,
                _ => Fate.Pass,
            };
        }
    }
}
