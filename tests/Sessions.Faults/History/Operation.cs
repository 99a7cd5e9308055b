using System.Collections.Immutable;
using System.Globalization;
using Sessions.Domain;

namespace Sessions.Faults.History;

/// <summary>
/// One request of a client, with its answer. Recorded when the client stops waiting for it; that of a slow reader at
/// once, because the run does not wait for its file.
/// </summary>
/// <param name="Number">The request's number in the run, and in the trace parent that identifies its events.</param>
/// <param name="Caller">The user who asks.</param>
/// <param name="Node">The node that is asked.</param>
/// <param name="Session">The session that the request names; null for a creation and for a list.</param>
/// <param name="Asked">What is asked.</param>
/// <param name="Start">When it was sent, by the driver's monotonic clock, in its ticks.</param>
/// <param name="End">When the answer was there, by the same clock.</param>
/// <param name="Answer">The answer.</param>
sealed record Operation(
    long Number, string Caller, string Node, SessionId? Session, Asked Asked, long Start, long End, Answer Answer)
{
    /// <summary>The W3C trace parent that the request carries and its events keep.</summary>
    public string TraceParent => TraceParentOf(Number);

    /// <summary>The part of it that no server on the way replaces.</summary>
    public string TraceId => TraceIdOf(TraceParent);

    /// <summary>The session that the request was about, if known: the named one or the created one.</summary>
    public SessionAddress? Address =>
        (Session ?? (Answer as Answer.Created)?.Id) is { } id ? new SessionAddress(id, Caller) : null;

    /// <summary>Whether it looks at files, which keeps a session alive while they are made ready.</summary>
    public bool IsLook => Asked is Asked.File or Asked.Files;

    public static string TraceParentOf(long number) =>
        string.Create(CultureInfo.InvariantCulture, $"00-{number + 1:x32}-{number + 1:x16}-01");

    public static string TraceIdOf(string traceParent) => traceParent.Split('-')[1];

    public override string ToString() =>
        $"{Asked} of {Session?.ToString() ?? "nothing yet"} by {Caller} on {Node} (request {Number}), answered {Answer}";
}

/// <summary>What a client asks.</summary>
abstract record Asked
{
    /// <summary>A new session.</summary>
    public sealed record Create(Guid ItemId, Guid? Token) : Asked;

    /// <summary>A command on an existing session.</summary>
    public sealed record Command(SessionCommand What) : Asked;

    /// <summary>The state of a session.</summary>
    public sealed record Get : Asked;

    /// <summary>The list of the caller's sessions.</summary>
    public sealed record List : Asked;

    /// <summary>The status of all files of a session.</summary>
    public sealed record Files : Asked;

    /// <summary>The status of one file of a session.</summary>
    public sealed record File(string Name) : Asked;

    /// <summary>A whole file, by a data link.</summary>
    /// <param name="FileName">The file.</param>
    /// <param name="Sha256">The checksum of its bytes, which the client knows.</param>
    /// <param name="Link">The link.</param>
    public sealed record Fetch(string FileName, string Sha256, Uri Link) : Asked;
}

/// <summary>The answer to a request.</summary>
abstract record Answer
{
    /// <summary>The id of the session that a creation led to.</summary>
    public sealed record Created(SessionId Id) : Answer;

    /// <summary>A command was carried out.</summary>
    /// <param name="Link">The link to the requested file, if there is one and it is ready.</param>
    public sealed record Done(Uri? Link = null) : Answer;

    /// <summary>A session as it is; the time is in whole milliseconds, as the wire has it.</summary>
    public sealed record Seen(string State, int Progress, DateTimeOffset ExpiresAt) : Answer;

    /// <summary>Files of a session as they are.</summary>
    public sealed record SeenFiles(ImmutableArray<SeenFile> Files) : Answer;

    /// <summary>All bytes of a file, of this checksum.</summary>
    public sealed record Fetched(string Sha256) : Answer;

    /// <summary>The caller's sessions.</summary>
    public sealed record Listed(ImmutableHashSet<SessionId> Ids) : Answer;

    /// <summary>The rules refused the request, with this type of error. Nothing was recorded.</summary>
    public sealed record Refused(string ErrorType) : Answer;

    /// <summary>A 503 that says "nothing was changed", or no connection to the node.</summary>
    public sealed record TurnedAway(string Why) : Answer;

    /// <summary>The outcome is unknown: a 503 that says so, a broken connection, or no answer in time.</summary>
    public sealed record Unknown(string Why) : Answer;

    /// <summary>What no fault excuses: a 500, or an answer that is not in the API's form.</summary>
    public sealed record Mistake(string What) : Answer;
}

/// <summary>A file of a session as the API shows it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Status">Its status, as the API names it.</param>
/// <param name="HasChecksum">Whether its checksum is shown, as it is for a file that was fetched.</param>
sealed record SeenFile(string Name, long Size, string Status, bool HasChecksum);
