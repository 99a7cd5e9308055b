using Sessions.Faults.Limits;
using Sessions.Faults.Storms;

// Each run has processes of its own and wants the machine for itself.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Sessions.Faults.Matrix;

/// <summary>
/// The matrix: whatever fails, every promise is kept. <c>bench/faults</c> sets how long, from which
/// seed, and where the table is written.
/// </summary>
public sealed class MatrixTests(ITestOutputHelper output)
{
    static readonly Cell[] All =
    [
        new KilledNode(),
        new TerminatedNode(),
        new SuspendedNode(),
        new TerminatedBackends(),
        new RestartedPostgres(),
        new Failover(),
        new LostAnswers(),
        new TakenConnections(),
        new ExhaustedPool(),
        new SkewedClocks(),
        new ForgottenTransaction(),
        new FullDisk(),
        new RollingUpgrade(),
        new StormCell("storm", few: 4_000, share: 1),
        new StormCell("poison", few: 4_000, share: .1) { HasPoison = true },
        // Enough sessions that the storm is not over before a node is killed.
        new StormCell("poison-restart", few: 12_000, share: .1) { HasPoison = true, IsRestarted = true },
        new IdleConnections(),
        new DepartingClients(),
    ];

    public static TheoryData<string> Names => new(All.Select(cell => cell.Name).Where(Wanted.Includes));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_promise_is_kept_under(string fault)
    {
        var cell = All.Single(cell => cell.Name == fault);
        Assert.SkipWhen(cell.Missing is not null, cell.Missing ?? "");

        var began = TimeProvider.System.GetTimestamp();
        var seed = Wanted.Seed;
        do
        {
            var trial = await Trial.Of(cell, seed++);
            output.WriteLine(string.Join('\n', trial.Measured.Prepend(trial.Row)));
            Wanted.Record(trial);
            trial.Violations.IsEmpty.ShouldBeTrue(Explain(trial));
        }
        while (TimeProvider.System.GetElapsedTime(began) < Wanted.Time);
    }

    static string Explain(Trial trial)
    {
        const int shown = 20;
        return $"{trial.Cell.Name}, seed {trial.Seed}, {trial.Violations.Length} violations; all that was asked and recorded is in {trial.HistoryFile}; again with: {trial.Again}\n"
            + string.Join('\n', trial.Violations.Take(shown).Select(violation => $"- {violation.Promise}: {violation.What}"));
    }
}
