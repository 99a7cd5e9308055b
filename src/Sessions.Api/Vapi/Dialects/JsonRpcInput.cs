using System.Buffers;
using System.Text.Json;

namespace Sessions.Api.Vapi.Dialects;

/// <summary>Inputs without their JSON-RPC wrappers, so that they read like plain JSON.</summary>
internal static class JsonRpcInput
{
    public static InputBody Unwrap(JsonElement? input)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            if (input is { } given)
                Write(json, given);
            else
                json.WriteNullValue();
        }

        return new InputBody(JsonDocument.Parse(buffer.WrittenMemory));
    }

    static void Write(Utf8JsonWriter json, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object when Wrapped(value, "OPTIONAL") is { } optional:
                Write(json, optional);
                break;
            case JsonValueKind.Object when Wrapped(value, "SECRET") is { } secret:
                Write(json, secret);
                break;
            case JsonValueKind.Object when Wrapped(value, "STRUCTURE") is { ValueKind: JsonValueKind.Object } named
                && named.EnumerateObject().FirstOrDefault() is { Value.ValueKind: JsonValueKind.Object } structure:
                Write(json, structure.Value);
                break;
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var member in value.EnumerateObject())
                {
                    json.WritePropertyName(member.Name);
                    Write(json, member.Value);
                }

                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var element in value.EnumerateArray())
                    Write(json, element);
                json.WriteEndArray();
                break;
            default:
                value.WriteTo(json);
                break;
        }
    }

    static JsonElement? Wrapped(JsonElement value, string wrapper) =>
        value.TryGetProperty(wrapper, out var inner) ? inner : null;
}
