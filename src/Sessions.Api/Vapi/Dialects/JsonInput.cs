using System.Text.Json;

namespace Sessions.Api.Vapi.Dialects;

/// <summary>Values from plain JSON: a walk over their type. Unknown fields are ignored.</summary>
internal static class JsonInput
{
    /// <summary>Reads a value; false if it is of another type. JSON null is a missing value.</summary>
    public static bool TryRead(JsonElement json, VapiType type, bool isText, out object? value)
    {
        value = null;
        if (json.ValueKind == JsonValueKind.Null)
            return true;

        switch (type)
        {
            case not VapiType.Structure when json.ValueKind == JsonValueKind.String && (isText || type is VapiType.String or VapiType.Enumeration):
                return json.GetString() is { } text && InputText.TryRead(text, type, out value);
            case VapiType.Int64 when json.ValueKind == JsonValueKind.Number:
                value = json.TryGetInt64(out var number) ? number : WholeNumber(json);
                return value is not null;
            case VapiType.Bool when json.ValueKind is JsonValueKind.True or JsonValueKind.False:
                value = json.GetBoolean();
                return true;
            case VapiType.Structure structure when json.ValueKind == JsonValueKind.Object:
                return TryReadFields(json, structure, isText, out value);
            default:
                return false;
        }
    }

    static bool TryReadFields(
        JsonElement json, VapiType.Structure structure, bool isText, out object? value)
    {
        var values = new object?[structure.Fields.Length];
        value = new StructureValue(structure, values);
        for (var i = 0; i < values.Length; i++)
        {
            var field = structure.Fields[i];
            if (json.TryGetProperty(field.Name, out var member) && !TryRead(member, field.Type, isText, out values[i]))
                return false;
        }

        return true;
    }

    /// <summary>
    /// A whole number in another notation (<c>5.0</c>, <c>1e2</c>), clamped to 64 bits: a number beyond them is out of
    /// every allowed range anyway. Null for a fraction, and for a number of more than 28 digits.
    /// </summary>
    static object? WholeNumber(JsonElement json) =>
        json.TryGetDecimal(out var number) && decimal.IsInteger(number)
            ? (long)Math.Clamp(number, long.MinValue, long.MaxValue)
            : null;
}
