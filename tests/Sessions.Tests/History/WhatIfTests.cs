using Sessions.Domain;
using Sessions.Projections.History;
using Sessions.Storage.Log;
using Sessions.Tests.Fixtures;
using static Sessions.Domain.SessionCommand;

namespace Sessions.Tests.History;

public sealed class WhatIfTests
{
    static readonly LeasePolicy InForce = new();

    static readonly DateTimeOffset Noon = new(2031, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Policies of all kinds, so that every rule of the lease is at work in some histories.</summary>
    public static TheoryData<LeasePolicy> Policies { get; } =
    [
        InForce,
        new LeasePolicy { RenewalSlack = TimeSpan.Zero, Retention = TimeSpan.Zero },
        new LeasePolicy { IdleTimeout = TimeSpan.FromMinutes(1), KeepAliveSlack = TimeSpan.FromSeconds(10) },
        new LeasePolicy { IdleTimeout = TimeSpan.FromMinutes(2), MaxLifetime = TimeSpan.FromMinutes(7) },
        new LeasePolicy { IdleTimeout = TimeSpan.FromMinutes(8), MaxLifetime = TimeSpan.FromMinutes(5), Retention = TimeSpan.FromDays(1) },
    ];

    [Theory]
    [MemberData(nameof(Policies))]
    public void Under_the_policy_in_force_nothing_would_have_been_different(LeasePolicy policy)
    {
        for (var seed = 0; seed < 200; seed++)
            Differences(new RandomLives(policy, seed).Play(), policy).ShouldBeEmpty($"seed {seed}");
    }

    [Fact]
    public void Another_policy_makes_a_difference_to_such_lives_or_they_would_prove_little() =>
        Enumerable.Range(0, 50)
            .SelectMany(seed => Differences(new RandomLives(InForce, seed).Play(), InForce with { IdleTimeout = TimeSpan.FromMinutes(2) }))
            .Select(difference => difference.WouldBe.Activity?.How).Distinct()
            .ShouldContain("expired");

    [Fact]
    public void With_a_shorter_idle_timeout_a_session_expires_before_its_next_keep_alive_which_is_refused()
    {
        var log = Life((TimeSpan.Zero, new Create(NodeSentences.Item)), (TimeSpan.FromMinutes(3), new KeepAlive()), (TimeSpan.FromMinutes(4), new Cancel()));

        var difference = Differences(log, InForce with { IdleTimeout = TimeSpan.FromMinutes(2) }).ShouldHaveSingleItem();

        difference.Was.Activity.ShouldBe(new SessionEnd("canceled", null, Noon.AddMinutes(4)));
        difference.WouldBe.Activity.ShouldBe(new SessionEnd("expired", "idle", Noon.AddMinutes(2)));
        difference.Refused.ShouldBe(2);
    }

    [Fact]
    public void With_a_longest_life_it_ends_by_that_however_active()
    {
        var log = Life((TimeSpan.Zero, new Create(NodeSentences.Item)), (TimeSpan.FromMinutes(3), new KeepAlive()), (TimeSpan.FromMinutes(7), new Delete()));

        var difference = Differences(log, InForce with { MaxLifetime = TimeSpan.FromMinutes(6) }).ShouldHaveSingleItem();

        difference.WouldBe.Activity.ShouldBe(new SessionEnd("expired", "lifetime", Noon.AddMinutes(6)));
        difference.Refused.ShouldBe(0, "an expired session can be deleted");
    }

    [Fact]
    public void With_a_longer_retention_it_is_removed_later_even_after_the_log_ends()
    {
        var log = Life((TimeSpan.Zero, new Create(NodeSentences.Item)), (TimeSpan.FromMinutes(1), new Cancel()), (TimeSpan.FromMinutes(16), new Purge()));

        var difference = Differences(log, InForce with { Retention = TimeSpan.FromHours(1) }).ShouldHaveSingleItem();

        difference.Was.Life.ShouldBe(new SessionEnd("deleted", "retention", Noon.AddMinutes(16)));
        difference.WouldBe.Life.ShouldBe(new SessionEnd("deleted", "retention", Noon.AddMinutes(61)));
    }

    [Fact]
    public void With_a_shorter_retention_it_is_removed_when_that_is_over()
    {
        var log = Life((TimeSpan.Zero, new Create(NodeSentences.Item)), (TimeSpan.FromMinutes(1), new Cancel()), (TimeSpan.FromMinutes(16), new Purge()));

        Differences(log, InForce with { Retention = TimeSpan.FromMinutes(5) }).ShouldHaveSingleItem()
            .WouldBe.Life.ShouldBe(new SessionEnd("deleted", "retention", Noon.AddMinutes(6)));
    }

    [Fact]
    public void Only_the_sessions_in_question_are_looked_at()
    {
        var log = Life((TimeSpan.Zero, new Create(NodeSentences.Item)), (TimeSpan.FromMinutes(3), new Delete()));

        Count(new WhatIfScope(Owner: "bo")).ShouldBe(0);
        Count(new WhatIfScope(From: Noon.AddTicks(1))).ShouldBe(0);
        Count(new WhatIfScope(To: Noon)).ShouldBe(0);
        Count(new WhatIfScope(From: Noon, To: Noon.AddTicks(1), Owner: "ana")).ShouldBe(1);

        int Count(WhatIfScope scope)
        {
            var imagined = new WhatIf(InForce, scope);
            foreach (var recorded in log)
                imagined.Take(recorded, out _);
            return imagined.Count;
        }
    }

    static List<LoggedEvent> Life(params (TimeSpan After, SessionCommand Command)[] commands)
    {
        var life = new RecordedLife(InForce);
        foreach (var (after, command) in commands)
            life.Send(command, Noon + after);
        return life.Events;
    }

    static List<WhatIfDifference> Differences(IEnumerable<LoggedEvent> log, LeasePolicy policy)
    {
        var imagined = new WhatIf(policy, new WhatIfScope());
        var found = log.Select(logged => imagined.Take(logged, out _)).OfType<WhatIfDifference>().ToList();
        found.AddRange(imagined.End());
        return found;
    }
}
