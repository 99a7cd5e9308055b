namespace Sessions.Faults.Checking;

/// <summary>A checker that finds nothing proves nothing: each kind of unsound run must be found.</summary>
public sealed class CheckerTests
{
    const int Seed = 1;

    public static TheoryData<string> Spoiled => new(Corruptions.All.Select(corruption => corruption.What));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_sound_run_passes(int seed) => Checker.Check(new Facts(SimulatedRun.Of(seed))).ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(Spoiled))]
    public void It_is_found_when(string what)
    {
        var (_, promise, spoil) = Corruptions.All.Single(corruption => corruption.What == what);

        Checker.Check(new Facts(spoil(SimulatedRun.Of(Seed))))
            .ShouldContain(violation => violation.Promise.Contains(promise, StringComparison.Ordinal));
    }

    [Fact]
    public void The_end_of_a_transfer_may_be_missing_that_began_before_all_was_mended()
    {
        var run = SimulatedRun.Of(Seed);
        run = run with { Log = run.Log.Remove(Spoiling.Fetched(run)[1]), KeepsEndsFrom = Spoiling.FetchedAt(run) + 1 };

        Checker.Check(new Facts(run)).ShouldNotContain(violation => violation.Promise.Contains("an end is on record", StringComparison.Ordinal));
    }

    [Fact]
    public void It_is_reported_whichever_event_is_lost()
    {
        var run = SimulatedRun.Of(Seed);

        for (var lost = 0; lost < run.Log.Length; lost += 10)
            Checker.Check(new Facts(run with { Log = run.Log.RemoveAt(lost) })).ShouldNotBeEmpty();
    }

    [Fact]
    public void Every_promise_is_broken_by_some_corruption() =>
        Checker.Promised.ShouldAllBe(promise =>
            Corruptions.All.Any(corruption => promise.Contains(corruption.Promise, StringComparison.Ordinal)));

    [Fact]
    public void The_worst_lateness_is_that_of_the_latest_expiry()
    {
        var run = SimulatedRun.Of(Seed);
        var lateness = Checker.WorstLateness(new Facts(run));
        lateness.ShouldBeGreaterThan(TimeSpan.Zero);

        var late = run.Log.First(recorded => recorded.Event is Domain.SessionEvent.SessionExpired);
        var later = run with
        {
            Log = run.Log.Replace(late, late with { Event = late.Event with { At = late.Event.At + TimeSpan.FromHours(1) } }),
        };
        Checker.WorstLateness(new Facts(later)).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromHours(1));
    }
}
