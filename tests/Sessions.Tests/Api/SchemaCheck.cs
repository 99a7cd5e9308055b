using System.Text.Json;

namespace Sessions.Tests.Api;

/// <summary>Whether a value matches a schema of an OpenAPI document, as far as this project's schemas go.</summary>
sealed class SchemaCheck(JsonElement document)
{
    /// <summary>What is wrong with the value, or null.</summary>
    public string? FindFault(JsonElement schema, JsonElement value)
    {
        if (schema.TryGetProperty("$ref", out var reference))
            return FindFault(Resolve(reference.GetString()!), value);
        if (schema.TryGetProperty("oneOf", out var choices))
        {
            return choices.EnumerateArray().Count(choice => FindFault(choice, value) is null) == 1
                ? null
                : $"{value} is not one of {choices}";
        }

        return schema.GetProperty("type").GetString() switch
        {
            "string" when value.ValueKind == JsonValueKind.String => FindFaultOfText(schema, value),
            "integer" when value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _) => null,
            "boolean" when value.ValueKind is JsonValueKind.True or JsonValueKind.False => null,
            "array" when value.ValueKind == JsonValueKind.Array => value.EnumerateArray()
                .Select(one => FindFault(schema.GetProperty("items"), one)).FirstOrDefault(fault => fault is not null),
            "object" when value.ValueKind == JsonValueKind.Object => FindFaultOfObject(schema, value),
            var type => $"{value} is no {type}",
        };
    }

    public JsonElement Resolve(string reference) =>
        reference[2..].Split('/').Aggregate(document, (part, name) => part.GetProperty(name));

    static string? FindFaultOfText(JsonElement schema, JsonElement value)
    {
        if (schema.TryGetProperty("enum", out var words) && !words.EnumerateArray().Any(word => word.ValueEquals(value.GetString())))
            return $"{value} is none of {words}";
        return schema.TryGetProperty("format", out var format) && format.ValueEquals("date-time") && !value.TryGetDateTimeOffset(out _)
            ? $"{value} is no time"
            : null;
    }

    string? FindFaultOfObject(JsonElement schema, JsonElement value)
    {
        var properties = schema.GetProperty("properties");
        if (schema.TryGetProperty("required", out var required)
            && required.EnumerateArray().FirstOrDefault(name => !value.TryGetProperty(name.GetString()!, out _))
                is { ValueKind: JsonValueKind.String } missing)
        {
            return $"{missing} is missing in {value}";
        }

        return value.EnumerateObject()
            .Select(member => properties.TryGetProperty(member.Name, out var known)
                ? FindFault(known, member.Value)
                : $"{member.Name} is not described")
            .FirstOrDefault(fault => fault is not null);
    }
}
