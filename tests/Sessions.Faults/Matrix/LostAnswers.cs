using Sessions.Faults.Arenas;
using Sessions.Faults.Checking;
using Sessions.Faults.History;
using Sessions.Tests.Fixtures;

namespace Sessions.Faults.Matrix;

sealed class LostAnswers : Cell
{
    const int Rounds = 8;

    CuttingProxy? network;
    int broken;

    public override string Name => "lost-answers";

    public override string Fault =>
        "connections break between a commit and its answer, before the commit, or with the commit still on its way";

    public override Task Prepare(Arena arena)
    {
        network = arena.Keep(new CuttingProxy(arena.Primary.ConnectionString));
        return Task.CompletedTask;
    }

    public override string ConnectionOf(Arena arena) => network!.ConnectionString;

    public override async Task Break(Arena arena)
    {
        network!.OnWrite = _ =>
        {
            var fate = FateBy(arena.Random);
            if (fate != Fate.Pass)
                Interlocked.Increment(ref broken);
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

    public override IEnumerable<Violation> AlsoBroken(Run run)
    {
        if (broken == 0)
            yield return new Violation("the fault is felt", "no commit went by that could have been cut off");
    }

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
