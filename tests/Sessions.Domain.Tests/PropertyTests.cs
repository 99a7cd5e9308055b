namespace Sessions.Domain.Tests;

/// <summary>What holds in every life of a session, whatever is sent and when.</summary>
public class PropertyTests
{
    [Fact]
    public void A_session_begins_once_and_first_of_all() => InEveryHistory(played =>
    {
        Stream(played).Take(1).Where(e => e is not SessionCreated).ShouldBeEmpty();
        Stream(played).Skip(1).Where(e => e is SessionCreated).ShouldBeEmpty();
    });

    [Fact]
    public void Its_activity_ends_at_most_once_and_then_only_transfers_end() => InEveryHistory(played =>
        Stream(played)
            .SkipWhile(e => !EndsActivity(e))
            .Skip(1)
            .Where(e => e is not (FileTransferred or TransferAborted or SessionDeleted))
            .ShouldBeEmpty());

    [Fact]
    public void Its_life_ends_at_most_once_and_nothing_comes_after_but_what_had_left() => InEveryHistory(played =>
        Stream(played).SkipWhile(e => e is not SessionDeleted).Skip(1)
            .Where(e => e is not (FileTransferred or TransferAborted)).ShouldBeEmpty());

    [Fact]
    public void After_its_life_a_client_learns_only_that_there_is_none() => AtEveryStep(step =>
    {
        if (step is { Before: Session.Deleted, Step.Command: RecordTransfer { Step: TransferStep.Finished or TransferStep.Aborted } })
            step.Decision.ShouldBeOfType<Decision.Accepted>().Events.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
                end => (end is FileTransferred or TransferAborted).ShouldBeTrue());
        else if (step.Before is Session.Deleted)
            step.Decision.ShouldBe(step.Step.Command switch
            {
                Create => new Decision.Refused(Refusal.AlreadyExists),
                Expire or Purge => new Decision.Accepted([]),
                _ => new Decision.Refused(Refusal.NotFound),
            });
    });

    [Fact]
    public void What_comes_before_a_command_is_the_expiry_of_a_lapsed_lease_and_nothing_else() => AtEveryStep(step =>
    {
        var hasLapsed = step.Before is Session.Active { Lease.ExpiresAt: var end } && end <= step.At;
        step.Settled.Select(e => e.GetType()).ShouldBe(hasLapsed ? [typeof(SessionExpired)] : []);
    });

    [Fact]
    public void A_lease_never_moves_back() => AtEveryStep(step =>
    {
        if ((LeaseOf(step.Before), LeaseOf(step.After)) is ({ } before, { } after))
            after.ExpiresAt.ShouldBeGreaterThanOrEqualTo(before.ExpiresAt);
    });

    [Fact]
    public void A_lease_lasts_the_idle_timeout_from_the_last_activity_unless_the_longest_life_cuts_it() =>
        AtEveryStep(step =>
        {
            if (step.After is not Session.Active { Lease: var lease } || !IsActivity(step))
                return;

            var promised = step.At + step.Step.Policy.IdleTimeout;
            var longest = lease.CreatedAt + step.Step.Policy.MaxLifetime;
            lease.ExpiresAt.ShouldBeGreaterThanOrEqualTo(longest < promised ? longest.Value : promised);
        });

    [Fact]
    public void No_lease_is_written_past_the_longest_life() => AtEveryStep(step =>
    {
        if (step.After is not Session.Active { Lease: var lease }
            || lease.ExpiresAt == LeaseOf(step.Before)?.ExpiresAt)
            return;

        var longest = lease.CreatedAt + step.Step.Policy.MaxLifetime;
        lease.ExpiresAt.ShouldBeLessThanOrEqualTo(longest ?? DateTimeOffset.MaxValue);
    });

    [Fact]
    public void Activity_that_the_server_sees_is_recorded_only_when_it_moves_the_lease() =>
        AtEveryStep(step =>
    {
        if (step.Step.Command is PrepareFile or Touch or RecordTransfer && step.Before is Session.Active before)
            step.Decided.OfType<SessionKeptAlive>()
                .Where(renewal => renewal.ExpiresAt <= before.Lease.ExpiresAt)
                .ShouldBeEmpty();
    });

    [Fact]
    public void No_session_expires_before_its_lease_ends_and_none_is_left_active_after_it() =>
        AtEveryStep(step =>
    {
        if (step.Recorded.Any(e => e is SessionExpired))
            step.Before.ShouldBeOfType<Session.Active>().Lease.ExpiresAt.ShouldBeLessThanOrEqualTo(step.At);
        if (step.After is Session.Active after)
            after.Lease.ExpiresAt.ShouldBeGreaterThan(step.At);
    });

    [Fact]
    public void Every_event_carries_the_time_of_its_command() => AtEveryStep(step =>
        step.Recorded.Where(e => e.At != step.At).ShouldBeEmpty());

    [Fact]
    public void Progress_never_falls_and_stays_a_percentage() => AtEveryStep(step =>
    {
        if (step.After is Session.Living after)
            after.Progress.ShouldBeInRange((step.Before as Session.Living)?.Progress ?? 0, 100);
    });

    [Fact]
    public void Only_files_of_its_item_are_in_the_record_of_a_session() => AtEveryStep(step =>
    {
        if (step.After is Session.Living after)
            after.Files.Keys.Except(after.Origin.Item.Files.Select(file => file.Name)).ShouldBeEmpty();
    });

    [Fact]
    public void A_session_waits_for_something_exactly_while_it_lives() => AtEveryStep(step =>
        DueMessage.Of(step.After, step.Step.Policy).HasValue.ShouldBe(step.After is Session.Living));

    [Fact]
    public void A_due_message_finds_its_work_when_it_is_due_and_not_a_tick_earlier() => AtEveryStep(step =>
    {
        if (DueMessage.Of(step.After, step.Step.Policy) is not { } due)
            return;

        var command = DueMessage.CommandOf(due.Kind);
        EventsOf(command, due.At).ShouldBe(1);
        EventsOf(command, due.At - Tick).ShouldBe(0);

        int EventsOf(SessionCommand sent, DateTimeOffset at)
        {
            var context = new DecisionContext(at, step.Step.Policy, Ana, Actor: null, MayReadStorage: false);
            var decision = SessionDecider.Decide(step.After, sent, context);
            return decision.ShouldBeOfType<Decision.Accepted>().Events.Length;
        }
    });

    [Fact]
    public void The_histories_reach_every_event_and_every_refusal_or_they_would_prove_little()
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        AtEveryStep(step =>
        {
            reached.UnionWith(step.Recorded.Select(e => e.GetType().Name));
            reached.UnionWith(step.Recorded.OfType<SessionExpired>().Select(e => e.Reason.ToString()));
            if (step.Decision is Decision.Refused refused)
                reached.Add(refused.Reason.ToString());
        });

        typeof(SessionEvent).GetNestedTypes().Select(type => type.Name)
            .Concat(Enum.GetNames<Refusal>())
            .Concat(Enum.GetNames<ExpiryReason>())
            .Except(reached)
            .ShouldBeEmpty("Add to Histories what leads there.");
    }

    static bool EndsActivity(SessionEvent e) => e is SessionCanceled or SessionFailed or SessionExpired;

    static bool IsActivity(Played step) =>
        step is { Decision: Decision.Accepted, Step.Command: KeepAlive or PrepareFile or Touch or RecordTransfer }
        || step.Recorded.Any(e => e is SessionCreated);

    static SessionLease? LeaseOf(Session session) => (session as Session.Living)?.Lease;

    static SessionEvent[] Stream(IEnumerable<Played> played) => [.. played.SelectMany(step => step.Recorded)];

    static void AtEveryStep(Action<Played> property) => InEveryHistory(played =>
    {
        foreach (var step in played)
            property(step);
    });

    static void InEveryHistory(Action<IReadOnlyList<Played>> property) =>
        Seeded.ForAll(History.Any, history => property(history.Play()));
}
