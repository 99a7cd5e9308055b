using System.Collections.Immutable;
using System.Diagnostics;
using static Sessions.Domain.Session;
using static Sessions.Domain.SessionCommand;
using static Sessions.Domain.SessionEvent;

namespace Sessions.Domain;

/// <summary>The rules of a session: what each state allows, and what is then recorded.</summary>
public static class SessionDecider
{
    /// <summary>
    /// Decides one command on a session as it stands. Callers first expire a lease that has run out (see
    /// <see cref="Settle"/>), so no row here looks at the clock twice.
    /// </summary>
    public static Decision Decide(Session session, SessionCommand command, in DecisionContext context) =>
        (session, command) switch
        {
            (NotCreated, Create { Item: null }) => Refuse(Refusal.UnknownItem),
            (NotCreated, Create) when context.OwnerSessions >= context.Policy.MaxSessionsPerUser =>
                Refuse(Refusal.TooManySessions),
            (NotCreated, Create { Item: var item } c) => Accept(context, new SessionCreated(
                context.Owner, item, context.Policy.FirstLease(context.Now), c.ClientToken, context.MayReadStorage)),
            (Living s, Create c) => SameCreation(s.Origin, c),
            (Deleted, Create) => Refuse(Refusal.AlreadyExists),

            // The bytes have left all the same, so the record says so, even of a session that was deleted meanwhile.
            (Deleted, RecordTransfer { Step: TransferStep.Finished or TransferStep.Aborted } c) => Accept(context, Transfer(c)),

            (NotCreated or Deleted, Expire or Purge) => Nothing,
            (NotCreated or Deleted, _) => Refuse(Refusal.NotFound),

            (_, KeepAlive { Progress: < 0 or > 100 }) => Refuse(Refusal.ProgressOutOfRange),
            (_, Fail { Message.Length: > Fail.MessageMax }) => Refuse(Refusal.MessageTooLong),
            (Active s, KeepAlive c) => Renew(s, c.Progress, context),
            (Active, Cancel) => Accept(context, new SessionCanceled()),
            (Active, Fail c) => Accept(context, new SessionFailed(c.Message)),

            (Active s, PrepareFile c) when s.Origin.Item.File(c.FileName) is null => Refuse(Refusal.UnknownFile),
            (Active { Origin.MayReadStorage: false }, PrepareFile { Endpoint: EndpointType.Direct }) =>
                Refuse(Refusal.DirectNotAllowed),
            (Active s, PrepareFile c) when s.ActivityOf(c.FileName).Prepared == c.Endpoint => Observe(s, context),
            (Active s, PrepareFile c) => Observe(s, context, new FilePrepared(c.FileName, c.Endpoint)),

            (Active s, Touch) => Observe(s, context),

            (Living s, RecordTransfer c) when s.Origin.Item.File(c.FileName) is null => Refuse(Refusal.UnknownFile),
            (Active s, RecordTransfer c) => Observe(s, context, Transfer(c)),
            (Ended, RecordTransfer { Step: TransferStep.Finished or TransferStep.Aborted } c) =>
                Accept(context, Transfer(c)),

            (Ended, KeepAlive or Cancel or Fail or PrepareFile or Touch or RecordTransfer) => Refuse(Refusal.NotActive),

            (_, Delete) => Accept(context, new SessionDeleted(DeletionReason.Requested, context.Actor)),

            // The lease may have been renewed since this message was written. Checking again here lets the schedule fire
            // early, twice, or after a crash without doing harm.
            (Active s, Expire) when s.Lease.ExpiresAt <= context.Now => Accept(context, new SessionExpired(
                ReasonOf(s, context.Policy), s.Lease.LastActiveAt)),
            (Ended s, Purge) when s.At + context.Policy.Retention <= context.Now =>
                Accept(context, new SessionDeleted(DeletionReason.Retention)),
            (_, Expire or Purge) => Nothing,

            _ => throw new UnreachableException($"{command.GetType().Name} has no case in Decide."),
        };

    /// <summary>
    /// What comes before every command: the expiry of a lease that has already run out, so that
    /// callers cannot tell how far behind the schedule is. Usually nothing.
    /// </summary>
    public static ImmutableArray<SessionEvent> Settle(Session session, in DecisionContext context) =>
        session is Active && Decide(session, new Expire(), context) is Decision.Accepted { Events: var events }
            ? events
            : [];

    /// <summary>An explicit keep-alive always moves the lease on, unless the policy gives it slack.</summary>
    static Decision Renew(Active session, long? progress, in DecisionContext context)
    {
        var risen = progress > session.Progress ? (int?)progress : null;
        var renewed = context.Policy.Renew(session.Lease, context.Now, context.Policy.KeepAliveSlack);
        return renewed is null && risen is null
            ? Nothing
            : Accept(context, new SessionKeptAlive(renewed ?? session.Lease.ExpiresAt, risen));
    }

    /// <summary>Activity that the server saw: records what happened, and a renewal where one is due.</summary>
    static Decision Observe(Active session, in DecisionContext context, params ReadOnlySpan<SessionEvent> happened) =>
        context.Policy.Renew(session.Lease, context.Now, context.Policy.RenewalSlack) is { } renewed
        && renewed > session.Lease.ExpiresAt
            ? Accept(context, [.. happened, new SessionKeptAlive(renewed)])
            : Accept(context, happened);

    static SessionEvent Transfer(RecordTransfer c) => c.Step switch
    {
        TransferStep.Started => new TransferStarted(c.TransferId, c.FileName, c.Range),
        TransferStep.Finished => new FileTransferred(c.TransferId, c.FileName, c.Range, c.Duration),
        TransferStep.Aborted => new TransferAborted(c.TransferId, c.FileName, c.Range, c.Duration),
        _ => throw new UnreachableException($"{c.Step} records nothing."),
    };

    /// <summary>Repeating a creation succeeds if, and only if, it is the same creation.</summary>
    static Decision SameCreation(SessionOrigin origin, Create c) =>
        c.ClientToken is null || c.ClientToken != origin.ClientToken ? Refuse(Refusal.AlreadyExists)
        : c.ItemId != origin.Item.ItemId ? Refuse(Refusal.ClientTokenReused)
        : Nothing;

    static ExpiryReason ReasonOf(Active session, LeasePolicy policy) =>
        session.IsComplete ? ExpiryReason.Complete
        : session.Lease.ExpiresAt >= session.Lease.CreatedAt + policy.MaxLifetime ? ExpiryReason.Lifetime
        : ExpiryReason.Idle;

    static Decision.Accepted Nothing { get; } = new([]);

    static Decision.Accepted Accept(in DecisionContext context, params ReadOnlySpan<SessionEvent> events)
    {
        var stamped = ImmutableArray.CreateBuilder<SessionEvent>(events.Length);
        foreach (var @event in events)
            stamped.Add(@event with { At = context.Now });
        return new Decision.Accepted(stamped.MoveToImmutable());
    }

    static Decision.Refused Refuse(Refusal reason) => new(reason);
}
