using System.Buffers;
using System.Text.Json;

namespace Sessions.Api.Vapi.Dialects;

/// <summary>Inputs in the query, in the style of 2014: structures flattened with dots.</summary>
internal static class QueryInput
{
    /// <summary>No input has fields nested this deep, so a deeper name is unknown and ignored.</summary>
    const int DepthMax = 32;

    /// <summary>
    /// The query as a tree; null when it holds nothing but the action. Where a name is both a value and a structure, the
    /// structure wins.
    /// </summary>
    public static InputBody? Parse(IQueryCollection query)
    {
        var root = new SortedDictionary<string, object>(StringComparer.Ordinal);
        foreach (var (name, values) in query)
        {
            if (!name.StartsWith('~') && values.LastOrDefault(value => !string.IsNullOrEmpty(value)) is { } value)
                Put(root, name.Split('.', DepthMax + 1), value);
        }

        if (root.Count == 0)
            return null;
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
            Write(json, root);
        return new InputBody(JsonDocument.Parse(buffer.WrittenMemory), IsText: true);
    }

    static void Put(SortedDictionary<string, object> tree, string[] path, string value)
    {
        if (path.Length > DepthMax)
            return;
        foreach (var step in path[..^1])
        {
            if (!tree.TryGetValue(step, out var below) || below is not SortedDictionary<string, object> branch)
                tree[step] = branch = new SortedDictionary<string, object>(StringComparer.Ordinal);
            tree = branch;
        }

        tree.TryAdd(path[^1], value);
    }

    static void Write(Utf8JsonWriter json, SortedDictionary<string, object> tree)
    {
        json.WriteStartObject();
        foreach (var (name, value) in tree)
        {
            json.WritePropertyName(name);
            if (value is SortedDictionary<string, object> branch)
                Write(json, branch);
            else
                json.WriteStringValue((string)value);
        }

        json.WriteEndObject();
    }
}
