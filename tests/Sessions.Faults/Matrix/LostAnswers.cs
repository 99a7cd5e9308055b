using Sessions.Faults.Arenas;
using Sessions.Tests.Fixtures;

namespace Sessions.Faults.Matrix;

sealed class LostAnswers : Cell
{
    static readonly TimeSpan Cut = TimeSpan.FromSeconds(4);

    /// <summary>How long commits are held on their way, at most.</summary>
    static readonly TimeSpan Held = TimeSpan.FromSeconds(0.5);

    CuttingProxy? network;

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
        var lost = 0;
        network!.OnWrite = _ =>
        {
            var fate = FateBy(arena.Random);
            if (fate == Fate.CutAfter)
                Interlocked.Increment(ref lost);
            return Task.FromResult(fate);
        };
        var began = arena.Clock.GetTimestamp();
        await arena.Until(
            async () =>
            {
                await network.LetThrough();
                return Volatile.Read(ref lost) > 0 && arena.Clock.GetElapsedTime(began) >= Cut;
            },
            () => "no commit loses its answer",
            look: Held);
        network.OnWrite = _ => Task.FromResult(Fate.Pass);
        await network.LetThrough();
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
