using System.Text.Json;
using System.Text.Json.Nodes;
using Sessions.Domain;

namespace Sessions.Projections.History;

/// <summary>
/// A session's state as auditors and developers see it: the same model in the API, on the command line and for
/// comparing two states. What does not apply to a state is left out.
/// </summary>
/// <param name="State">not_created, active, canceled, failed, expired or deleted.</param>
/// <param name="Owner">The user who created it.</param>
/// <param name="Item">The item, as it was pinned.</param>
/// <param name="ClientToken">The creator's idempotency token.</param>
/// <param name="MayReadStorage">Whether the creator was allowed to read the storage itself.</param>
/// <param name="CreatedAt">When the session began.</param>
/// <param name="LastActiveAt">The last activity on record.</param>
/// <param name="ExpiresAt">When its lease ends, or ended.</param>
/// <param name="Progress">The client's progress, 0 to 100.</param>
/// <param name="Complete">Whether the client is done.</param>
/// <param name="Files">What happened to each file that was requested or fetched.</param>
/// <param name="EndedAt">When its activity ended; if it was deleted, when its life ended.</param>
/// <param name="Reason">Why it expired (idle, complete, lifetime) or was deleted (requested, retention).</param>
/// <param name="Message">The client's words, if it failed the session.</param>
/// <param name="DeletedBy">Who deleted it; absent for the system.</param>
public sealed record SessionState(
    string State,
    string? Owner = null,
    PinnedItem? Item = null,
    Guid? ClientToken = null,
    bool? MayReadStorage = null,
    DateTimeOffset? CreatedAt = null,
    DateTimeOffset? LastActiveAt = null,
    DateTimeOffset? ExpiresAt = null,
    int? Progress = null,
    bool? Complete = null,
    IReadOnlyDictionary<string, FileState>? Files = null,
    DateTimeOffset? EndedAt = null,
    string? Reason = null,
    string? Message = null,
    string? DeletedBy = null)
{
    /// <summary>A state as it is shown.</summary>
    public static SessionState Of(Session session) => session switch
    {
        Session.Active s => Living(s, "active"),
        Session.Ended { Ending: SessionEnding.Canceled } s => Living(s, "canceled") with { EndedAt = s.At },
        Session.Ended { Ending: SessionEnding.Failed failed } s =>
            Living(s, "failed") with { EndedAt = s.At, Message = failed.Message },
        Session.Ended { Ending: SessionEnding.Expired expired } s =>
            Living(s, "expired") with { EndedAt = s.At, Reason = Name(expired.Reason) },
        Session.Deleted s => new SessionState(
            "deleted", s.Owner, EndedAt: s.At, Reason: Name(s.Reason), DeletedBy: s.By),
        _ => new SessionState("not_created"),
    };

    /// <summary>The state as JSON.</summary>
    public JsonObject ToJson() => JsonSerializer.SerializeToNode(this, HistoryJson.Default.SessionState)!.AsObject();

    static SessionState Living(Session.Living s, string state) => new(
        state, s.Origin.Owner, s.Origin.Item, s.Origin.ClientToken, s.Origin.MayReadStorage,
        s.Lease.CreatedAt, s.Lease.LastActiveAt, s.Lease.ExpiresAt, s.Progress, s.IsComplete,
        s.Files.ToDictionary(file => file.Key, file => FileState.Of(file.Value), StringComparer.Ordinal));

    internal static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}

/// <summary>What has happened to one file.</summary>
/// <param name="Prepared">The kind of link that was requested: https or direct.</param>
/// <param name="Fetched">The bytes sent, as ranges with an exclusive end.</param>
public sealed record FileState(string? Prepared, IReadOnlyList<ByteRange> Fetched)
{
    internal static FileState Of(FileActivity file) =>
        new(file.Prepared is { } prepared ? SessionState.Name(prepared) : null, [.. file.Fetched.Parts]);
}
