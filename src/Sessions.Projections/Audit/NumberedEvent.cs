using System.Buffers.Text;
using System.Diagnostics;
using System.Text;
using Sessions.Domain;
using Sessions.Storage.Log;
using static Sessions.Domain.SessionEvent;

namespace Sessions.Projections.Audit;

/// <summary>An event with its number and its session's item: all that a row of the audit trail is made of.</summary>
/// <param name="Number">Its place in the log, counted from 1.</param>
/// <param name="Logged">The event.</param>
/// <param name="ItemId">The library item of its session, or null where the log does not say.</param>
public readonly record struct NumberedEvent(long Number, LoggedEvent Logged, Guid? ItemId)
{
    const int TraceLength = 32;

    /// <summary>All reasons: <see cref="ReasonOf"/> returns one of these or null.</summary>
    public static readonly IReadOnlyList<string> Reasons = ["idle", "complete", "lifetime", "requested", "retention"];

    /// <summary>Why a session expired or was removed, in one word; null for all other events.</summary>
    public static string? ReasonOf(SessionEvent @event) => @event switch
    {
        SessionExpired { Reason: ExpiryReason.Idle } => "idle",
        SessionExpired { Reason: ExpiryReason.Complete } => "complete",
        SessionExpired { Reason: ExpiryReason.Lifetime } => "lifetime",
        SessionDeleted { Reason: DeletionReason.Requested } => "requested",
        SessionDeleted { Reason: DeletionReason.Retention } => "retention",
        SessionExpired or SessionDeleted => throw new UnreachableException($"{@event} has no word for its reason."),
        _ => null,
    };

    /// <summary>Whether events of this type have a reason; the data of all others need not be read for one.</summary>
    public static bool HasReason(string type) =>
        type == EventJson.Types[typeof(SessionExpired)].Name || type == EventJson.Types[typeof(SessionDeleted)].Name;

    /// <summary>Why, or null.</summary>
    public string? Reason => HasReason(Logged.Type) ? ReasonOf(Logged.Event) : null;

    /// <summary>The trace that the request belonged to: the second part of a W3C trace parent, or null.</summary>
    public Guid? Trace => TraceOf(Logged.Provenance.TraceParent);

    /// <summary>The trace id within a trace parent, or null.</summary>
    public static Guid? TraceOf(string? traceParent) => traceParent is null ? null : TraceOf(Encoding.UTF8.GetBytes(traceParent));

    /// <summary>
    /// The trace id within a trace parent in UTF-8: 32 hexadecimal digits, as a UUID, which takes half the space.
    /// </summary>
    public static Guid? TraceOf(ReadOnlySpan<byte> traceParent)
    {
        var trace = traceParent[(traceParent.IndexOf((byte)'-') + 1)..];
        return trace.IndexOf((byte)'-') == TraceLength && Utf8Parser.TryParse(trace, out Guid id, out var length, 'N') && length == TraceLength
            ? id
            : null;
    }
}
