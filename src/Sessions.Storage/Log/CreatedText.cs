using System.Text.Json;
using static Sessions.Domain.SessionEvent;

namespace Sessions.Storage.Log;

/// <summary>
/// Reads the item of a session's first event without the rest, for followers that see events by the million.
/// </summary>
public static class CreatedText
{
    static readonly EventType Created = EventJson.Types[typeof(SessionCreated)];

    /// <summary>The item of the session that an event creates; null for any other event, or if it cannot be read.</summary>
    public static Guid? ItemOf(LoggedEvent logged)
    {
        ArgumentNullException.ThrowIfNull(logged);
        if (logged.Type != Created.Name)
            return null;
        try
        {
            return logged.Schema == Created.Schema && Find(logged.Data.Span) is { } item
                ? item
                : ((SessionCreated)logged.Event).Item.ItemId;
        }
        catch (Exception damaged) when (damaged is UnreadableEventException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    static Guid? Find(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        return Enter(ref reader, "item"u8) && Enter(ref reader, "itemId"u8) && reader.TokenType == JsonTokenType.String && reader.TryGetGuid(out var item) ? item : null;
    }

    /// <summary>
    /// Moves to the value of a member of the object that starts at the reader's position or right after it.
    /// </summary>
    static bool Enter(ref Utf8JsonReader reader, ReadOnlySpan<byte> member)
    {
        if (reader.TokenType == JsonTokenType.None)
            reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals(member))
                return reader.Read();
            reader.Skip();
        }

        return false;
    }
}
