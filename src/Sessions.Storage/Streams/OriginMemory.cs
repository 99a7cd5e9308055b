using System.Text.Json;
using Sessions.Domain;
using Sessions.Storage.Log;

namespace Sessions.Storage.Streams;

/// <summary>
/// A cache of the origins of recent sessions. Sessions of one user on one item have the same origin, byte for byte, and
/// parsing it is the larger part of reading a snapshot: the same bytes are parsed once. An origin with a client token
/// belongs to one session only and would displace a shared one; a large origin would take more memory than it is worth.
/// Neither is cached.
/// </summary>
sealed class OriginMemory
{
    const int Size = 1024;

    const int BytesMax = 16 * 1024;

    readonly Entry?[] entries = new Entry?[Size];

    public SessionOrigin Read(byte[] json)
    {
        if (json.Length > BytesMax)
            return Parse(json);

        var hash = new HashCode();
        hash.AddBytes(json);
        ref var entry = ref entries[(uint)hash.ToHashCode() % Size];
        if (entry is { } known && known.Json.AsSpan().SequenceEqual(json))
            return known.Origin;

        var origin = Parse(json);
        if (origin.ClientToken is null)
            entry = new Entry(json, origin);
        return origin;
    }

    static SessionOrigin Parse(byte[] json)
    {
        var origin = JsonSerializer.Deserialize(json, EventJsonContext.Default.SessionOrigin) ?? throw new JsonException("It is null.");
        EventJson.RequireFiles(origin.Item);
        return origin;
    }

    sealed record Entry(byte[] Json, SessionOrigin Origin);
}
