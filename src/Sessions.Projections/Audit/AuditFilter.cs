using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Sessions.Projections.Audit;

/// <summary>Selects the events that match every property that is set.</summary>
/// <param name="Owner">Whose session.</param>
/// <param name="Actor">Who did it: a user's name. The system's own actions have no actor.</param>
/// <param name="Session">Which session.</param>
/// <param name="Item">Which library item.</param>
/// <param name="Type">What happened: an event's name, such as <c>session_created</c>.</param>
/// <param name="Reason">Why: one of <see cref="NumberedEvent.Reasons"/>.</param>
/// <param name="Address">From which network address.</param>
/// <param name="Trace">In which trace: the trace id of a W3C trace parent.</param>
/// <param name="From">Not before this time.</param>
/// <param name="To">Before this time.</param>
public sealed record AuditFilter(
    string? Owner = null,
    string? Actor = null,
    Guid? Session = null,
    Guid? Item = null,
    string? Type = null,
    string? Reason = null,
    string? Address = null,
    Guid? Trace = null,
    DateTimeOffset? From = null,
    DateTimeOffset? To = null)
{
    /// <summary>Everything.</summary>
    public static AuditFilter All { get; } = new();

    /// <summary>Whether an event that is already in memory matches.</summary>
    public bool Fits(AuditEvent one)
    {
        ArgumentNullException.ThrowIfNull(one);
        return (Owner is null || Owner == one.Owner)
            && (Actor is null || Actor == one.Actor)
            && (Session is null || Session == one.Session)
            && (Item is null || Item == one.Item)
            && (Type is null || Type == one.Type)
            && (Reason is null || Reason == one.Reason)
            && (Address is null || Address == one.Address || "::ffff:" + Address == one.Address)
            && (Trace is null || Trace == NumberedEvent.TraceOf(one.TraceParent))
            && (From is null || From <= one.At)
            && (To is null || To > one.At);
    }
}

/// <summary>Which end of the trail comes first.</summary>
public enum AuditOrder
{
    /// <summary>The newest events.</summary>
    Newest,

    /// <summary>The oldest events.</summary>
    Oldest,
}

/// <summary>A keyset cursor in the trail: the last event that the reader has seen. It is opaque to clients.</summary>
/// <param name="At">The event's time.</param>
/// <param name="Number">Its place in the log, which tells events of the same time apart.</param>
public readonly record struct AuditCursor(DateTimeOffset At, long Number)
{
    const int Size = (2 * sizeof(long)) + sizeof(int);

    /// <summary>Identifies the query that returned the cursor, which is valid in no other.</summary>
    public int Query { get; init; }

    /// <summary>A hash of a query, short enough for a cursor, to tell different queries apart.</summary>
    public static int QueryOf(params ReadOnlySpan<object?> parts)
    {
        var text = new StringBuilder();
        foreach (var part in parts)
            text.Append(CultureInfo.InvariantCulture, $"{(part is DateTimeOffset at ? at.UtcTicks : part)}\n");
        return BinaryPrimitives.ReadInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>Reads what <see cref="ToString"/> has written; false for anything else.</summary>
    public static bool TryParse(string text, out AuditCursor cursor)
    {
        cursor = default;
        Span<byte> bytes = stackalloc byte[Size + 1];
        if (!Base64Url.IsValid(text) || !Base64Url.TryDecodeFromChars(text, bytes, out var length) || length != Size)
            return false;
        var ticks = BinaryPrimitives.ReadInt64BigEndian(bytes);
        if (ticks < 0 || ticks > DateTimeOffset.MaxValue.Ticks)
            return false;
        cursor = new(new DateTimeOffset(ticks, TimeSpan.Zero), BinaryPrimitives.ReadInt64BigEndian(bytes[sizeof(long)..]))
        {
            Query = BinaryPrimitives.ReadInt32BigEndian(bytes[(2 * sizeof(long))..]),
        };
        return true;
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        BinaryPrimitives.WriteInt64BigEndian(bytes, At.UtcTicks);
        BinaryPrimitives.WriteInt64BigEndian(bytes[sizeof(long)..], Number);
        BinaryPrimitives.WriteInt32BigEndian(bytes[(2 * sizeof(long))..], Query);
        return Base64Url.EncodeToString(bytes);
    }
}
