using System.Collections.Immutable;
using System.Text.Json;
using Sessions.Domain;
using Sessions.Storage.Log;

namespace Sessions.Storage.Streams;

/// <summary>
/// A stream's state as its row keeps it, in two parts: what changes, and what was fixed at the session's creation. A
/// snapshot is a cache of the events; one with another schema is ignored, and the stream is folded again.
/// </summary>
static class SnapshotJson
{
    /// <summary>
    /// Raise this when the shape or the meaning of <see cref="SnapshotData"/> changes, or the state that
    /// <see cref="Session.Evolve"/> derives from events. It is 2 since transfers that fetched nothing no longer count as
    /// part of a file.
    /// </summary>
    public const short Schema = 2;

    public static byte[] Write(Session session) =>
        JsonSerializer.SerializeToUtf8Bytes(ToData(session), EventJsonContext.Default.SnapshotData);

    /// <summary>The part fixed at creation. The row of a deleted session keeps none of it: its events do.</summary>
    public static byte[] WriteOrigin(Session session) => session is Session.Living living
        ? JsonSerializer.SerializeToUtf8Bytes(living.Origin, EventJsonContext.Default.SessionOrigin)
        : "{}"u8.ToArray();

    static readonly ImmutableSortedDictionary<string, FileActivity> Untouched =
        ImmutableSortedDictionary.Create<string, FileActivity>(StringComparer.Ordinal);

    static readonly OriginMemory Origins = new();

    /// <exception cref="JsonException">The JSON is damaged: this program did not write it so.</exception>
    public static Session Read(string owner, byte[] snapshot, byte[] origin)
    {
        var data = JsonSerializer.Deserialize(snapshot, EventJsonContext.Default.SnapshotData) ?? throw new JsonException("It is null.");
        if (data.Deleted is { } gone)
            return new Session.Deleted(owner, gone.At, gone.By, gone.Reason);

        var pinned = Origins.Read(origin);
        var lease = data.Lease ?? throw new JsonException("It has no lease.");
        var files = data.Files is null
            ? Untouched
            : data.Files.ToImmutableSortedDictionary(
                file => file.Key, file => file.Value ?? throw new JsonException("It has a file that is null."), StringComparer.Ordinal);
        return data.Ended is { } end
            ? new Session.Ended(pinned, lease, data.Progress, files, end.At, Ending(end))
            : new Session.Active(pinned, lease, data.Progress, files);
    }

    static SnapshotData ToData(Session session) => session switch
    {
        Session.Active s => new SnapshotData(s.Lease, s.Progress, FilesOf(s)),
        Session.Ended s => new SnapshotData(s.Lease, s.Progress, FilesOf(s), s.Ending switch
        {
            SessionEnding.Failed failed => new EndedData(s.At, FailedBecause: failed.Message),
            SessionEnding.Expired expired => new EndedData(s.At, Expired: expired),
            _ => new EndedData(s.At),
        }),
        Session.Deleted s => new SnapshotData(Deleted: new DeletedData(s.At, s.Reason, s.By)),
        _ => throw new InvalidOperationException("A session that was never created has no snapshot."),
    };

    static Dictionary<string, FileActivity>? FilesOf(Session.Living session) =>
        session.Files.IsEmpty ? null : new Dictionary<string, FileActivity>(session.Files, StringComparer.Ordinal);

    static SessionEnding Ending(EndedData end) =>
        end.Expired is { } expired ? expired
        : end.FailedBecause is { } message ? new SessionEnding.Failed(message)
        : new SessionEnding.Canceled();
}

/// <summary>The changing part of a snapshot. What a keep-alive changes comes first.</summary>
sealed record SnapshotData(
    SessionLease? Lease = null,
    int Progress = 0,
    Dictionary<string, FileActivity>? Files = null,
    EndedData? Ended = null,
    DeletedData? Deleted = null);

sealed record EndedData(DateTimeOffset At, string? FailedBecause = null, SessionEnding.Expired? Expired = null);

sealed record DeletedData(DateTimeOffset At, DeletionReason Reason, string? By = null);
