
// Each run has processes of its own and wants the machine for itself.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Sessions.Faults.Matrix;

/// <summary>
/// The matrix: whatever is broken, every promise is kept. <c>bench/faults</c> sets how long, from which
/// seed, and where the table is written.
/// </summary>
public sealed class MatrixTests(ITestOutputHelper output)
{
    static readonly Cell[] Cells =
    [
        new KilledNode(),
        new TerminatedNode(),
        new SuspendedNode(),
        new TerminatedBackends(),
        new RestartedPostgres(),
        new Failover(),
        new LostAnswers(),
        new TakenConnections(),
        new SkewedClocks(),
        new ForgottenTransaction(),
        new FullDisk(),
        new RollingUpgrade(),
    ];

    public static TheoryData<string> Names => new(Cells.Select(cell => cell.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_promise_is_kept_under(string fault)
    {
        var cell = Cells.Single(cell => cell.Name == fault);
        Assert.SkipWhen(cell.Missing is not null, cell.Missing ?? "");

        var began = TimeProvider.System.GetTimestamp();
        var seed = Wanted.Seed;
        do
        {
            var trial = await Trial.Of(cell, seed++);
            output.WriteLine(trial.Row);
            Wanted.Record(trial);
            trial.Violations.ShouldBeEmpty(Explain(trial));
        }
        while (TimeProvider.System.GetElapsedTime(began) < Wanted.Time);
    }

    static string Explain(Trial trial)
    {
        const int shown = 20;
        return $"seed {trial.Seed}, {trial.Violations.Length} violations; again with: bench/faults --cell {trial.Cell.Name} --seed {trial.Seed}\n"
            + string.Join('\n', trial.Violations.Take(shown).Select(violation => $"- {violation.Promise}: {violation.What}"));
    }
}
