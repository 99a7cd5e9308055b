using System.Collections.Immutable;
using Sessions.Domain;
using Sessions.Faults.History;

namespace Sessions.Faults.Checking;

/// <summary>What the production rules say about a session at a point of its life.</summary>
static class Rules
{
    /// <summary>
    /// Decides each commit again on the state that it met. This finds half a command, a command that no client
    /// sent, and an expiry or a removal before its time.
    /// </summary>
    public static IEnumerable<string> BrokenByCommits(Facts facts) =>
        from stream in facts.Streams.Values
        from commit in stream.Commits
        where !CommandsOf(commit, facts).Any(
            command => Decided(stream.States[commit.Before], command, commit, facts.Run.Policy)
                .SequenceEqual(commit.Events.Select(recorded => recorded.Event)))
        select $"{stream.Address.Id}, events {commit.Before + 1} to {commit.After}: "
            + string.Join(", ", commit.Events.Select(recorded => $"{recorded.Event} by {recorded.Provenance.Origin}"))
            + $" on {stream.States[commit.Before]}";

    /// <summary>Whether a request with this answer may have met this state, without recording anything.</summary>
    public static bool Fit(Operation operation, StreamHistory stream, int count, Run run)
    {
        var state = stream.States[count];
        return (operation.Asked, operation.Answer) switch
        {
            (Asked.Get, Answer.Seen seen) => state is Session.Living living && seen == Seen(living),
            (Asked.Get, Answer.Refused refused) => refused.ErrorType == "NOT_FOUND" && state is not Session.Living,
            (Asked.Files or Asked.File, Answer.SeenFiles seen) => state is Session.Living living && AreAsSeen(operation.Asked, seen, living),
            (Asked.Files or Asked.File, Answer.Refused { ErrorType: "NOT_FOUND" }) => state is not Session.Living,
            (Asked.File file, Answer.Refused { ErrorType: "INVALID_ARGUMENT" }) =>
                state is Session.Living { Origin.Item: var pinned } && pinned.File(file.Name) is null,
            // A link is refused once its lease has ended, even if no expiry is recorded yet. Nor does it see a renewal
            // that was decided before that end and is written after it.
            (Asked.Fetch fetch, Answer.Refused { ErrorType: "NOT_FOUND" }) => state is not Session.Active active
                || active.ActivityOf(fetch.FileName).Prepared is null
                || active.Lease.ExpiresAt <= run.TimeAtMost(operation.End),
            (Asked.List, Answer.Listed listed) => listed.Ids.Contains(stream.Address.Id) == state is Session.Living,
            (Asked.Create c, _) => state is Session.Living
                && Agree(Decide(state, new SessionCommand.Create(c.ItemId, Item: null, c.Token))),
            (Asked.Command c, _) => Agree(Decide(state, c.What)),
            _ => false,
        };

        // A lapsed lease is recorded as expired first, so at this state the lease had not lapsed.
        Decision Decide(Session session, SessionCommand command) => SessionDecider.Decide(
            session, command, new DecisionContext(
                stream.Since(count), run.Policy, operation.Caller, operation.Caller, MayReadStorage: false));

        bool Agree(Decision decision) => (decision, operation.Answer) switch
        {
            (Decision.Accepted { Events.Length: 0 }, Answer.Done or Answer.Created) => true,
            (Decision.Refused no, Answer.Refused told) => ErrorTypeOf(no.Reason) == told.ErrorType,
            _ => false,
        };
    }

    /// <summary>A living session as the API shows it.</summary>
    public static Answer.Seen Seen(Session.Living session) => new(
        session switch
        {
            Session.Ended { Ending: SessionEnding.Canceled or SessionEnding.Expired { Reason: ExpiryReason.Complete } } =>
                "CANCELED",
            Session.Ended => "ERROR",
            _ => "ACTIVE",
        },
        session.Progress,
        new DateTimeOffset(
            session.Lease.ExpiresAt.UtcTicks / TimeSpan.TicksPerMillisecond * TimeSpan.TicksPerMillisecond, TimeSpan.Zero));

    /// <summary>Files of a living session as the API shows them, once they are ready.</summary>
    public static Answer.SeenFiles SeenFiles(Session.Living session, params IEnumerable<PinnedFile> files) => new(
    [
        .. from file in files
           let activity = session.ActivityOf(file.Name)
           select new SeenFile(
               file.Name, file.Size, activity.Prepared is null ? "UNPREPARED" : "PREPARED", IsFetched(session, file)),
    ]);

    /// <summary>
    /// The session determines whether a file was requested and whether all of it was sent. How far the file is prepared
    /// depends on the node, which may not know its checksum yet.
    /// </summary>
    static bool AreAsSeen(Asked asked, Answer.SeenFiles seen, Session.Living session)
    {
        var item = session.Origin.Item;
        PinnedFile[] files = [.. item.Files.Where(file => asked is not Asked.File one || file.Name == one.Name)];
        return files.Length == seen.Files.Length && files.Zip(seen.Files).All(pair => IsAsSeen(pair.First, pair.Second, session));
    }

    static bool IsAsSeen(PinnedFile file, SeenFile told, Session.Living session) =>
        (file.Name, file.Size) == (told.Name, told.Size)
        && session.ActivityOf(file.Name).Prepared is null == (told.Status == "UNPREPARED")
        && (IsFetched(session, file) ? told.HasChecksum || told.Status != "PREPARED" : !told.HasChecksum);

    static bool IsFetched(Session.Living session, PinnedFile file) =>
        session.IsComplete || session.ActivityOf(file.Name).Fetched.Cover(file.Size);

    public static string ErrorTypeOf(Refusal reason) => reason switch
    {
        Refusal.NotFound or Refusal.UnknownItem => "NOT_FOUND",
        Refusal.NotActive => "NOT_ALLOWED_IN_CURRENT_STATE",
        Refusal.ProgressOutOfRange or Refusal.MessageTooLong or Refusal.UnknownFile or Refusal.ClientTokenReused => "INVALID_ARGUMENT",
        Refusal.TooManySessions => "UNABLE_TO_ALLOCATE_RESOURCE",
        _ => "INTERNAL_SERVER_ERROR",
    };

    static ImmutableArray<SessionEvent> Decided(
        Session session, SessionCommand command, Commit commit, LeasePolicy policy)
    {
        var first = commit.Events[0];
        var context = new DecisionContext(
            first.Event.At, policy, first.Address.Owner, commit.Events[^1].Provenance.Actor, MayReadStorage: false);
        var settled = SessionDecider.Settle(session, context);
        session = settled.Aggregate(session, Session.Evolve);
        return SessionDecider.Decide(session, command, context) is Decision.Accepted accepted
            ? [.. settled, .. accepted.Events]
            : settled;
    }

    /// <summary>
    /// The commands that may have led to a commit: that of the request that its events name, or the schedule's. Any
    /// command may have found a lapsed lease; then it recorded the expiry and was refused.
    /// </summary>
    static IEnumerable<SessionCommand> CommandsOf(Commit commit, Facts facts) =>
        commit.TraceId is not { } trace ? [new SessionCommand.Expire(), new SessionCommand.Purge()]
        : facts.Operations.GetValueOrDefault(trace)?.Asked switch
        {
            Asked.Create c => [.. facts.Run.Items.Where(item => item.ItemId == c.ItemId).Select(item => new SessionCommand.Create(item, c.Token))],
            Asked.Command c => [c.What],
            Asked.Fetch c => [commit.Events.Select(recorded => Transfers.StepOf(recorded.Event))
                .FirstOrDefault(step => step?.FileName == c.FileName) ?? (SessionCommand)new SessionCommand.Touch()],
            // A look at a file that is not ready yet keeps the session alive.
            Asked.File or Asked.Files => [new SessionCommand.Touch()],
            _ => [],
        };
}
