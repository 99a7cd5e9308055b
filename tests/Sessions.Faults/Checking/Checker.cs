using System.Collections.Immutable;
using Sessions.Domain;
using Sessions.Faults.History;

namespace Sessions.Faults.Checking;

/// <summary>A promise that was not kept.</summary>
sealed record Violation(string Promise, string What);

/// <summary>
/// Checks a run against what the store promises. Pure: the same run gets the same verdict. The Domain decides what
/// commands do, in the very code that the nodes run. It has no rules for answers that record nothing: those for looks,
/// lists and refused links are <see cref="Rules.Fit"/>'s own.
/// </summary>
static class Checker
{
    /// <summary>The promises, each with what breaks it.</summary>
    static readonly (string Promise, Func<Facts, IEnumerable<string>> Broken)[] Promises =
    [
        ("an acknowledged command is in the log exactly once", OnceInTheLog.AcknowledgedButNotThere),
        ("no command is in the log twice", OnceInTheLog.Twice),
        ("a command that was refused or turned away is not in the log", OnceInTheLog.ThereAllTheSame),
        ("what a request recorded is of the session that it named, and by the user who asked", OnceInTheLog.Misplaced),
        ("what a request recorded is dated after its start, and before its answer", Dates.OutOfBounds),
        ("no fault is answered with a mistake of the server", OnceInTheLog.Mistakes),
        ("a client token names one living session of its owner", Tokens.OfTwoSessions),
        ("a commit holds all that the rules decide, and nothing else", Rules.BrokenByCommits),
        ("the answers of a session fit one order of its commands and real time", Linearizability.Broken),
        ("a transfer is on record from its start, before a byte leaves, to one end", Transfers.OutOfOrder),
        ("of a file that was fetched whole an end is on record", Transfers.WithoutEnd),
        ("a data link gives the whole file", Transfers.OfOtherBytes),
        ("the events of a stream are numbered without a gap, and their times do not run backwards", Streams.OutOfOrder),
        ("a session's activity ends once", Streams.EndedTwice),
        ("a session's life ends once, and nothing follows but the ends of its transfers", Streams.GoesOnAfterItsEnd),
        ("no session expires before its time, by the database's clock", Streams.ExpiredEarly),
        ("times are the database's", Streams.TimesOfAnotherClock),
        ("a snapshot is the replay of its stream", Stored.SnapshotsThatDiffer),
        ("the list is the replay of the log", Stored.ListThatDiffers),
        ("a session waits for its next message as long as it lives, and no longer", Stored.ScheduleThatDiffers),
        ("a message that never failed is due when its session's time is over", Stored.DueTooLate),
        ("a reader of the log meets every position once, in order", Followers.Broken),
    ];

    public static IEnumerable<string> Promised => Promises.Select(row => row.Promise);

    /// <summary>Everything in a run that breaks a promise; nothing in one that is sound.</summary>
    public static ImmutableArray<Violation> Check(Facts facts) =>
        [.. Promises.SelectMany(row => row.Broken(facts).Select(what => new Violation(row.Promise, what)))];

    /// <summary>How long after its lease's end the last of all sessions was expired; zero if none was.</summary>
    public static TimeSpan WorstLateness(Facts facts) =>
        facts.Streams.Values
            .SelectMany(Streams.Expiries)
            .Select(expiry => expiry.At - expiry.Lease.ExpiresAt)
            .DefaultIfEmpty().Max();
}

/// <summary>A run, indexed as the promises need it.</summary>
sealed class Facts
{
    public Facts(Run run)
    {
        Run = run;
        Streams = StreamHistory.Of(run.Log);
        Operations = run.Operations.ToDictionary(operation => operation.TraceId, StringComparer.Ordinal);
        var caused = Streams.Values
            .SelectMany(stream => stream.Commits.Select(commit => (Stream: stream, Commit: commit)))
            .Where(found => found.Commit.TraceId is not null)
            .ToLookup(found => IsBesides(found.Commit));
        CommitsOf = caused[false].ToLookup(found => found.Commit.TraceId!, StringComparer.Ordinal);
        BesidesOf = caused[true].ToLookup(found => found.Commit.TraceId!, StringComparer.Ordinal);
    }

    public Run Run { get; }

    public IReadOnlyDictionary<SessionAddress, StreamHistory> Streams { get; }

    /// <summary>What each request added to the log, by its trace id.</summary>
    public ILookup<string, (StreamHistory Stream, Commit Commit)> CommitsOf { get; }

    /// <summary>What requests recorded besides their results: renewals by looks and bytes, ends of transfers.</summary>
    public ILookup<string, (StreamHistory Stream, Commit Commit)> BesidesOf { get; }

    public IReadOnlyDictionary<string, Operation> Operations { get; }

    bool IsBesides(Commit commit) =>
        Operations.GetValueOrDefault(commit.TraceId!) is { IsLook: true } or { Asked: Asked.Fetch }
        && !commit.Events.Any(recorded => recorded.Event is SessionEvent.TransferStarted);
}
