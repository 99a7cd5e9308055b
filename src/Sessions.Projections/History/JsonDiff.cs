using System.Globalization;
using System.Text.Json.Nodes;

namespace Sessions.Projections.History;

/// <summary>The JSON Patch (RFC 6902) of add, remove and replace that turns one JSON value into another.</summary>
public static class JsonDiff
{
    /// <summary>
    /// The operations in the order in which they are to be applied; none if both are equal. Objects are
    /// compared by name, arrays by index.
    /// </summary>
    public static JsonArray Between(JsonNode? from, JsonNode? to)
    {
        var patch = new JsonArray();
        Compare(patch, path: "", from, to);
        return patch;
    }

    static void Compare(JsonArray patch, string path, JsonNode? from, JsonNode? to)
    {
        switch (from, to)
        {
            case (JsonObject left, JsonObject right):
                CompareObjects(patch, path, left, right);
                break;
            case (JsonArray left, JsonArray right):
                CompareArrays(patch, path, left, right);
                break;
            case var _ when !JsonNode.DeepEquals(from, to):
                patch.Add(Operation("replace", path, to));
                break;
        }
    }

    static void CompareObjects(JsonArray patch, string path, JsonObject left, JsonObject right)
    {
        foreach (var (name, value) in left)
        {
            if (right.TryGetPropertyValue(name, out var other))
                Compare(patch, Under(path, name), value, other);
            else
                patch.Add(Operation("remove", Under(path, name)));
        }

        foreach (var (name, value) in right)
        {
            if (!left.ContainsKey(name))
                patch.Add(Operation("add", Under(path, name), value));
        }
    }

    static void CompareArrays(JsonArray patch, string path, JsonArray left, JsonArray right)
    {
        for (var i = 0; i < Math.Min(left.Count, right.Count); i++)
            Compare(patch, Under(path, i), left[i], right[i]);
        // From the end, so that no index shifts before its removal.
        for (var i = left.Count - 1; i >= right.Count; i--)
            patch.Add(Operation("remove", Under(path, i)));
        for (var i = left.Count; i < right.Count; i++)
            patch.Add(Operation("add", Under(path, i), right[i]));
    }

    static JsonObject Operation(string op, string path) => new() { ["op"] = op, ["path"] = path };

    static JsonObject Operation(string op, string path, JsonNode? value)
    {
        var operation = Operation(op, path);
        operation["value"] = value?.DeepClone();
        return operation;
    }

    static string Under(string path, int place) => path + "/" + place.ToString(CultureInfo.InvariantCulture);

    /// <summary>A name as a part of a JSON Pointer (RFC 6901).</summary>
    static string Under(string path, string name) =>
        path + "/" + name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
