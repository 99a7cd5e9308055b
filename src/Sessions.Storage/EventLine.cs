using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sessions.Domain;

namespace Sessions.Storage;

/// <summary>
/// An event as a line of an exported file: a JSON object with every column by its name, and the event's
/// hash. <c>data</c> and <c>metadata</c> stand there as they were written; text that holds a line break,
/// which this program never writes, stands there as a JSON string of that text.
/// </summary>
public static class EventLine
{
    const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the line, without the line break behind it.</summary>
    public static void Write(IBufferWriter<byte> line, StoredEvent stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        using var json = new Utf8JsonWriter(line, Options);
        json.WriteStartObject();
        json.WriteNumber("epoch", stored.Position.Epoch);
        json.WriteNumber("transaction_id", stored.Position.Transaction);
        json.WriteNumber("position", stored.Position.Number);
        json.WriteString("recorded_at", stored.RecordedAt.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture));
        json.WriteString("stream_id", stored.Address.Id.Value);
        json.WriteString("owner", stored.Address.Owner);
        json.WriteNumber("version", stored.Version);
        json.WriteString("command_id", stored.CommandId);
        json.WriteString("type", stored.Type);
        json.WriteNumber("schema", stored.Schema);
        WriteText(json, "data", stored.Data.Span);
        WriteText(json, "metadata", stored.Metadata.Span);
        json.WriteString("hash", Convert.ToHexStringLower(stored.Hash()));
        json.WriteEndObject();
    }

    /// <summary>Reads a line: the event, and the hash that the line claims for it.</summary>
    /// <exception cref="FormatException">The line is not an event; says why.</exception>
    public static (StoredEvent Event, string Hash) Read(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            return (
                new StoredEvent(
                    new LogPosition(
                        root.GetProperty("epoch").GetInt32(), root.GetProperty("transaction_id").GetUInt64(),
                        root.GetProperty("position").GetInt64()),
                    DateTimeOffset.ParseExact(
                        root.GetProperty("recorded_at").GetString()!, TimeFormat, CultureInfo.InvariantCulture,
                        DateTimeStyles.AssumeUniversal),
                    new SessionAddress(
                        new SessionId(root.GetProperty("stream_id").GetGuid()), root.GetProperty("owner").GetString()!),
                    root.GetProperty("version").GetInt32(),
                    root.GetProperty("command_id").GetGuid(),
                    root.GetProperty("type").GetString()!,
                    root.GetProperty("schema").GetInt16(),
                    ReadText(root.GetProperty("data")),
                    ReadText(root.GetProperty("metadata"))),
                root.GetProperty("hash").GetString()!);
        }
        catch (Exception unreadable) when (unreadable is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException("This line is no exported event: " + unreadable.Message, unreadable);
        }
    }

    static void WriteText(Utf8JsonWriter json, string name, ReadOnlySpan<byte> text)
    {
        json.WritePropertyName(name);
        if (text.IndexOfAny((byte)'\n', (byte)'\r') < 0)
            json.WriteRawValue(text, skipInputValidation: true);
        else
            json.WriteStringValue(text);
    }

    static byte[] ReadText(JsonElement element) =>
        element.ValueKind == JsonValueKind.String
            ? Encoding.UTF8.GetBytes(element.GetString()!)
            : JsonMarshal.GetRawUtf8Value(element).ToArray();
}
