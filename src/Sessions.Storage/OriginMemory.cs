using System.Text.Json;
using Sessions.Domain;

namespace Sessions.Storage;

/// <summary>
/// What recent sessions began with. Sessions of one user on one item have the same origin, byte by
/// byte, and reading it is the larger part of reading a snapshot: the same bytes are read once.
/// </summary>
sealed class OriginMemory
{
    const int Size = 1024;

    readonly Entry?[] entries = new Entry?[Size];

    public SessionOrigin Read(byte[] json)
    {
        var hash = new HashCode();
        hash.AddBytes(json);
        ref var entry = ref entries[(uint)hash.ToHashCode() % Size];
        if (entry is { } known && known.Json.AsSpan().SequenceEqual(json))
            return known.Origin;

        var origin = JsonSerializer.Deserialize(json, EventJsonContext.Default.SessionOrigin)!;
        entry = new Entry(json, origin);
        return origin;
    }

    sealed record Entry(byte[] Json, SessionOrigin Origin);
}
