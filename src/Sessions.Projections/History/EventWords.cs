using System.Diagnostics;
using System.Globalization;
using Sessions.Domain;
using static Sessions.Domain.SessionEvent;

namespace Sessions.Projections.History;

/// <summary>An event in words, without its actor, which is shown beside it.</summary>
public static class EventWords
{
    /// <summary>One sentence without a full stop, for a row of a table.</summary>
    public static string Of(SessionEvent @event) => @event switch
    {
        SessionCreated e => Text($"created by {e.Owner} on item {e.Item.ItemId} ({(e.Item.Files.Length == 1 ? "1 file" : e.Item.Files.Length + " files")}), until {Clock(e.ExpiresAt)}"),
        SessionKeptAlive { Progress: { } progress } e => Text($"kept alive until {Clock(e.ExpiresAt)}, progress {progress} %"),
        SessionKeptAlive e => Text($"kept alive until {Clock(e.ExpiresAt)}"),
        FilePrepared e => Text($"a link to {e.FileName} was asked for ({SessionState.Name(e.Endpoint)})"),
        TransferStarted e => Text($"began to send {e.FileName}, {Range(e.Range)}"),
        FileTransferred e => Text($"sent {e.FileName}, {Range(e.Range)}, in {e.Duration.TotalSeconds:0.###} s"),
        TransferAborted e => Text($"broke off {e.FileName}, {Range(e.Range)} had left after {e.Duration.TotalSeconds:0.###} s"),
        SessionCanceled => "canceled",
        SessionFailed e => Text($"given up: {e.Message}"),
        SessionExpired e => Text($"expired ({SessionState.Name(e.Reason)}), last active at {Clock(e.LastActiveAt)}"),
        SessionDeleted e => Text($"deleted ({SessionState.Name(e.Reason)})"),
        _ => throw new UnreachableException($"{@event?.GetType().Name} has no words."),
    };

    /// <summary>A time of day in UTC, to the millisecond; the row shows the date.</summary>
    public static string Clock(DateTimeOffset at) => at.UtcDateTime.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);

    static string Range(ByteRange range) => Text($"bytes {range.Start} to {range.End}");

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
