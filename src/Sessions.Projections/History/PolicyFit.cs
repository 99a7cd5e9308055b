using System.Collections.Immutable;
using Sessions.Domain;
using static Sessions.Domain.SessionEvent;

namespace Sessions.Projections.History;

/// <summary>
/// A recorded command with a policy under which the rules decide it as it was decided. The log does not say
/// what was configured, and nodes may differ, so the policy is inferred from what was recorded.
/// </summary>
/// <param name="Command">The command; if several leave the same kind of event, the one that fits.</param>
/// <param name="Policy">The policy.</param>
public sealed record PolicyFit(SessionCommand Command, LeasePolicy Policy)
{
    /// <summary>
    /// The fit of a command, or null if today's rules decide it differently under every policy that its events
    /// suggest.
    /// </summary>
    /// <param name="before">The state before it.</param>
    /// <param name="recorded">The command.</param>
    /// <param name="owner">Whose session it is.</param>
    /// <param name="assumed">The policy that is tried first.</param>
    public static PolicyFit? Of(Session before, RecordedCommand recorded, string owner, LeasePolicy assumed)
    {
        ArgumentNullException.ThrowIfNull(recorded);
        var fits =
            from command in CommandsOf(recorded)
            from policy in PoliciesOf(before, recorded, assumed)
            where Decides(before, recorded, command, owner, policy)
            select new PolicyFit(command, policy);
        return fits.FirstOrDefault();
    }

    static bool Decides(
        Session before, RecordedCommand recorded, SessionCommand command, string owner, LeasePolicy policy)
    {
        var context = new DecisionContext(recorded.At, policy, owner, recorded.Actor, recorded.MayReadStorage);
        var settled = SessionDecider.Settle(before, context);
        var decided = SessionDecider.Decide(settled.Aggregate(before, Session.Evolve), command, context);
        return decided is Decision.Accepted accepted
            && settled.AddRange(accepted.Events).SequenceEqual(recorded.Settled.AddRange(recorded.Decided));
    }

    /// <summary>A renewal alone may be a keep-alive or activity that the server saw; its origin is only a hint.</summary>
    static ImmutableArray<SessionCommand> CommandsOf(RecordedCommand recorded) => recorded.Decided is [SessionKeptAlive e]
        ? [recorded.Command, new SessionCommand.KeepAlive(e.Progress), new SessionCommand.Touch()]
        : [recorded.Command];

    /// <summary>The policies that the events suggest, the assumed one first.</summary>
    static IEnumerable<LeasePolicy> PoliciesOf(Session before, RecordedCommand recorded, LeasePolicy assumed)
    {
        yield return assumed;
        foreach (var happened in recorded.Settled.AddRange(recorded.Decided))
        {
            foreach (var policy in PoliciesOf(before, happened, assumed))
                yield return policy;
        }

        // Activity without a renewal: the lease already covered it, which requires some slack.
        if (before is Session.Active { Lease: var lease } && lease.ExpiresAt > recorded.At)
            yield return assumed with { IdleTimeout = lease.ExpiresAt - recorded.At, RenewalSlack = TimeSpan.FromTicks(1) };
    }

    static ImmutableArray<LeasePolicy> PoliciesOf(Session before, SessionEvent happened, LeasePolicy assumed) =>
        (happened, before) switch
        {
            (SessionCreated e, _) => [assumed with { IdleTimeout = e.ExpiresAt - e.At, MaxLifetime = null }],
            (SessionKeptAlive e, Session.Active s) =>
            [
                assumed with { RenewalSlack = Least(e.ExpiresAt - e.At - assumed.IdleTimeout) },
                assumed with { KeepAliveSlack = Least(e.ExpiresAt - e.At - assumed.IdleTimeout) },
                assumed with { MaxLifetime = e.ExpiresAt - s.Lease.CreatedAt },
                assumed with { IdleTimeout = e.ExpiresAt - e.At, RenewalSlack = TimeSpan.Zero, KeepAliveSlack = TimeSpan.Zero },
            ],
            (SessionExpired { Reason: ExpiryReason.Lifetime }, Session.Active s) =>
                [assumed with { MaxLifetime = s.Lease.ExpiresAt - s.Lease.CreatedAt }],
            (SessionExpired, _) => [assumed with { MaxLifetime = null }],
            (SessionDeleted e, Session.Ended s) => [assumed with { Retention = Least(e.At - s.At) }],
            _ => [],
        };

    static TimeSpan Least(TimeSpan span) => span > TimeSpan.Zero ? span : TimeSpan.Zero;
}
