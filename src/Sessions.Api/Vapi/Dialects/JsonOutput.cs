using System.Text.Json;
using Sessions.Domain;

namespace Sessions.Api.Vapi.Dialects;

/// <summary>Values as plain JSON: a walk over their type. Unset optional fields are left out.</summary>
internal static class JsonOutput
{
    public static void Write(Utf8JsonWriter json, VapiType type, object value)
    {
        switch (type)
        {
            case VapiType.String when value is SessionId id:
                json.WriteStringValue(id.Value);
                break;
            case VapiType.String or VapiType.SecretText or VapiType.Enumeration:
                json.WriteStringValue((string)value);
                break;
            case VapiType.Int64:
                json.WriteNumberValue((long)value);
                break;
            case VapiType.Bool:
                json.WriteBooleanValue((bool)value);
                break;
            case VapiType.DateTime:
                json.WriteStringValue(VapiType.Format((DateTimeOffset)value));
                break;
            case VapiType.Json:
                ((Action<Utf8JsonWriter>)value)(json);
                break;
            case VapiType.List list:
                json.WriteStartArray();
                WriteElements(json, list.Element, value);
                json.WriteEndArray();
                break;
            case VapiType.Structure structure:
                json.WriteStartObject();
                WriteFields(json, structure, value);
                json.WriteEndObject();
                break;
            default:
                throw new InvalidOperationException($"{type} has no value.");
        }
    }

    public static void WriteFields(Utf8JsonWriter json, VapiType.Structure structure, object model)
    {
        foreach (var field in structure.Fields)
        {
            if (field.Get!(model) is not { } value)
                continue;
            json.WritePropertyName(field.Name);
            Write(json, field.Type, value);
        }
    }

    static void WriteElements(Utf8JsonWriter json, VapiType element, object values)
    {
        if (values is IReadOnlyList<SessionId> ids)
        {
            // The one list that is long and requested often: its ids are not boxed.
            foreach (var id in ids)
                json.WriteStringValue(id.Value);
        }
        else
        {
            foreach (var value in (IEnumerable<object>)values)
                Write(json, element, value);
        }
    }
}
