namespace Sessions.Faults.Storms;

/// <summary>
/// Many sessions due in the same second, with poison among them and without, while users work at the side.
/// <c>SESSIONS_STORM</c> says how many instead of some thousand; each storm prints its row of the table.
/// </summary>
public sealed class StormTests(ITestOutputHelper output)
{
    const int Few = 4_000;

    /// <summary>So many that a storm is not over before a node is killed in it.</summary>
    const int Some = 20_000;

    static readonly int Healthy =
        int.TryParse(Environment.GetEnvironmentVariable("SESSIONS_STORM"), null, out var many) ? many : Few;

    [Fact]
    public async Task All_that_is_due_at_once_ends_once_and_none_before_its_time_while_others_are_served() =>
        ShouldHavePassed(await Break(new Storm(Healthy)));

    [Fact]
    public async Task Poison_is_given_up_and_ends_no_other_session_late()
    {
        var pure = await Break(new Storm(Healthy));
        var mixed = await Break(new Storm(Healthy, Poison: Healthy / 10));

        ShouldHavePassed(mixed);
        // How much later is measured; here, that the schedule goes on past poison and does not wait for it.
        output.WriteLine(FormattableString.Invariant(
            $"poison makes the healthy {Median(mixed) / Median(pure):0.00} times as late, by the median"));
    }

    [Fact]
    public async Task A_restart_in_the_middle_changes_nothing() =>
        ShouldHavePassed(await Break(new Storm(
            Math.Max(Healthy, Some), Poison: Math.Max(Healthy, Some) / 10, IsRestarted: true)));

    async Task<Outcome> Break(Storm storm)
    {
        var outcome = await StormField.Break(storm);
        output.WriteLine(Outcome.Head);
        output.WriteLine(outcome.Row);
        return outcome;
    }

    static void ShouldHavePassed(Outcome outcome)
    {
        outcome.Lateness.Length.ShouldBe(outcome.Storm.Healthy);
        outcome.Lateness[0].ShouldBeGreaterThanOrEqualTo(TimeSpan.Zero);
        outcome.DeadLetters.ShouldBe(outcome.Storm.Poison);
        // A small storm may be over between two requests.
        outcome.Before.ShouldNotBeEmpty();
        outcome.After.ShouldNotBeEmpty();
    }

    static double Median(Outcome outcome) => Outcome.Quantile(outcome.Lateness, .5).TotalSeconds;
}
