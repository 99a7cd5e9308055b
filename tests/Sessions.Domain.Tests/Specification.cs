using System.Collections.Immutable;

namespace Sessions.Domain.Tests;

/// <summary>
/// Given past events, when a command comes, then these events are recorded. As in production, a lapsed
/// lease is settled and folded first, and the command is decided on the resulting state.
/// </summary>
sealed record Specification(Session Session, LeasePolicy Policy)
{
    /// <summary>An event without a time of its own gets that of the event before it.</summary>
    public static Specification Given(params SessionEvent[] past) =>
        new(Session.Fold(Timed(past)), Samples.Policy);

    public Specification Under(LeasePolicy policy) => this with { Policy = policy };

    public Outcome When(
        SessionCommand command,
        DateTimeOffset? at = null,
        string? actor = Ana,
        bool mayReadStorage = false,
        int ownerSessions = 0,
        string owner = Ana)
    {
        var context = new DecisionContext(at ?? Noon, Policy, owner, actor, mayReadStorage) { OwnerSessions = ownerSessions };
        var settled = SessionDecider.Settle(Session, context);
        var session = settled.Aggregate(Session, Session.Evolve);
        return new Outcome(context.Now, settled, SessionDecider.Decide(session, command, context));
    }

    static IEnumerable<SessionEvent> Timed(IEnumerable<SessionEvent> events)
    {
        var at = Noon;
        foreach (var @event in events)
        {
            at = @event.At == default ? at : @event.At;
            yield return @event with { At = at };
        }
    }

    /// <summary>The outcome of a command. All recorded events must carry the command's own time.</summary>
    internal sealed record Outcome(DateTimeOffset At, ImmutableArray<SessionEvent> Settled, Decision Decision)
    {
        public void Then(params SessionEvent[] expected)
        {
            var accepted = Decision.ShouldBeOfType<Decision.Accepted>();
            Settled.AddRange(accepted.Events).ShouldBe(Stamped(expected));
        }

        public void ThenNothing() => Then();

        /// <summary>A refusal records nothing but the expiry, if any, that came before it.</summary>
        public void ThenRefused(Refusal reason, params SessionEvent[] settled)
        {
            Decision.ShouldBe(new Decision.Refused(reason));
            Settled.ShouldBe(Stamped(settled));
        }

        IEnumerable<SessionEvent> Stamped(SessionEvent[] events) =>
            events.Select(@event => @event with { At = At }).ToArray();
    }
}
