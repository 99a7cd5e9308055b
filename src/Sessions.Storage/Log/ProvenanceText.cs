using System.Text.Json;

namespace Sessions.Storage.Log;

/// <summary>
/// The parts of a <see cref="Provenance"/> that the audit trail can be filtered by, read straight from its JSON for
/// followers that copy them by the million. Each is UTF-8, and empty where there is none.
/// </summary>
public ref struct ProvenanceText
{
    /// <summary><see cref="Provenance.Actor"/>.</summary>
    public ReadOnlySpan<byte> Actor { get; private set; }

    /// <summary><see cref="Provenance.Address"/>.</summary>
    public ReadOnlySpan<byte> Address { get; private set; }

    /// <summary><see cref="Provenance.TraceParent"/>.</summary>
    public ReadOnlySpan<byte> TraceParent { get; private set; }

    /// <summary>Reads the metadata of an event.</summary>
    /// <exception cref="JsonException">It is not as this program writes it.</exception>
    public static ProvenanceText Of(ReadOnlySpan<byte> json)
    {
        var text = default(ProvenanceText);
        var reader = new Utf8JsonReader(json);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("It is not an object.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("actor"u8))
                text.Actor = Value(ref reader);
            else if (reader.ValueTextEquals("address"u8))
                text.Address = Value(ref reader);
            else if (reader.ValueTextEquals("traceParent"u8))
                text.TraceParent = Value(ref reader);
            else
                reader.Skip();
        }

        return text;
    }

    static ReadOnlySpan<byte> Value(scoped ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null)
            return default;
        if (reader.TokenType != JsonTokenType.String)
            throw new JsonException("It has another value where a string should be.");
        return reader.ValueIsEscaped ? Plain(ref reader) : reader.ValueSpan;
    }

    static ReadOnlySpan<byte> Plain(scoped ref Utf8JsonReader reader)
    {
        var plain = new byte[reader.ValueSpan.Length];
        var text = plain.AsSpan(0, reader.CopyString(plain));
        return text.Contains((byte)0) ? throw new JsonException("It has a string that PostgreSQL cannot store.") : text;
    }
}
