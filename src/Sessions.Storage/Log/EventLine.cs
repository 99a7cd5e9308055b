using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sessions.Domain;

namespace Sessions.Storage.Log;

/// <summary>
/// An event as a line of an exported file: a JSON object with every column by its name, and the event's hash. <c>data</c>
/// and <c>metadata</c> are copied byte for byte as they were written. A value that is not an object on one line, which
/// this program never writes, becomes a JSON string of its text.
/// </summary>
public static class EventLine
{
    const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the line, without the line break after it.</summary>
    public static void Write(IBufferWriter<byte> line, LoggedEvent logged)
    {
        ArgumentNullException.ThrowIfNull(logged);
        using var json = new Utf8JsonWriter(line, Options);
        json.WriteStartObject();
        json.WriteNumber("epoch", logged.Position.Epoch);
        json.WriteNumber("transaction_id", logged.Position.Transaction);
        json.WriteNumber("position", logged.Position.Number);
        json.WriteString("recorded_at", logged.At.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture));
        json.WriteString("stream_id", logged.Address.Id.Value);
        json.WriteString("owner", logged.Address.Owner);
        json.WriteNumber("version", logged.Version);
        json.WriteString("command_id", logged.CommandId);
        json.WriteString("type", logged.Type);
        json.WriteNumber("schema", logged.Schema);
        json.WritePropertyName("data");
        WriteText(json, logged.Data.Span);
        json.WritePropertyName("metadata");
        WriteText(json, logged.Metadata.Span);
        json.WriteString("hash", Convert.ToHexStringLower(EventContent.Hash(logged)));
        json.WriteEndObject();
    }

    /// <summary>Reads a line: the event, and the hash that the line claims for it.</summary>
    /// <exception cref="FormatException">The line is not an event; says why.</exception>
    public static (LoggedEvent Event, string Hash) Read(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            return (
                new LoggedEvent(
                    new LogPosition(
                        root.GetProperty("epoch").GetInt32(), root.GetProperty("transaction_id").GetUInt64(),
                        root.GetProperty("position").GetInt64()),
                    new SessionAddress(
                        new SessionId(root.GetProperty("stream_id").GetGuid()), Text(root, "owner")),
                    root.GetProperty("version").GetInt32(),
                    DateTimeOffset.ParseExact(
                        Text(root, "recorded_at"), TimeFormat, CultureInfo.InvariantCulture,
                        DateTimeStyles.AssumeUniversal),
                    root.GetProperty("command_id").GetGuid(),
                    Text(root, "type"),
                    root.GetProperty("schema").GetInt16(),
                    ReadText(root.GetProperty("data")),
                    ReadText(root.GetProperty("metadata"))),
                Text(root, "hash"));
        }
        catch (Exception unreadable) when (unreadable is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new FormatException("This line is not an exported event: " + unreadable.Message, unreadable);
        }
    }

    static string Text(JsonElement root, string name) =>
        root.GetProperty(name).GetString() ?? throw new FormatException($"it has no {name}.");

    /// <summary>Writes data or metadata as they appear in such a line.</summary>
    public static void WriteText(Utf8JsonWriter json, ReadOnlySpan<byte> text)
    {
        ArgumentNullException.ThrowIfNull(json);
        if (text is [(byte)'{', .., (byte)'}'] && text.IndexOfAny((byte)'\n', (byte)'\r') < 0)
            json.WriteRawValue(text, skipInputValidation: true);
        else
            json.WriteStringValue(text);
    }

    static byte[] ReadText(JsonElement element) =>
        element.ValueKind == JsonValueKind.String
            ? Encoding.UTF8.GetBytes(element.GetString()!)
            : JsonMarshal.GetRawUtf8Value(element).ToArray();
}
