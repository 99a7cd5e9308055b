using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Sessions.Domain;

/// <summary>A run of bytes: from <paramref name="Start"/> up to, not including, <paramref name="End"/>.</summary>
public readonly record struct ByteRange(long Start, long End)
{
    /// <summary>How many bytes.</summary>
    [JsonIgnore]
    public long Length => End - Start;
}

/// <summary>
/// The parts of a file that a client has fetched, merged, so that a download by eight connections
/// ends as one range and is known to be whole.
/// </summary>
public readonly record struct ByteRanges(ImmutableArray<ByteRange> Parts)
{
    /// <summary>
    /// How many parts are kept apart. A session's state is read and written with each of its events, so it must stay
    /// small, however many single bytes a client asks for.
    /// </summary>
    public const int PartsMax = 256;

    /// <summary>Nothing fetched yet.</summary>
    public static ByteRanges None { get; } = new([]);

    /// <summary>Whether every byte of a file of this size has been fetched.</summary>
    public bool Cover(long size) => size == 0 ? Parts.Length > 0 : Parts is [{ Start: 0, End: var end }] && end >= size;

    /// <summary>
    /// These ranges and one more; ranges that touch become one. A part beyond the limit is dropped: a client that leaves
    /// so many gaps is not known to have fetched the whole.
    /// </summary>
    public ByteRanges Add(ByteRange added)
    {
        if (added.End < added.Start)
            return this;

        var merged = ImmutableArray.CreateBuilder<ByteRange>(Parts.Length + 1);
        foreach (var part in Parts)
        {
            if (part.End < added.Start)
                merged.Add(part);
            else if (part.Start <= added.End)
                added = new ByteRange(Math.Min(part.Start, added.Start), Math.Max(part.End, added.End));
        }

        var after = added.End;
        merged.Add(added);
        merged.AddRange(Parts.Where(part => part.Start > after));
        return merged.Count > PartsMax ? this : new ByteRanges(merged.ToImmutable());
    }

    /// <inheritdoc/>
    public bool Equals(ByteRanges other) => Parts.SequenceEqual(other.Parts);

    /// <inheritdoc/>
    public override int GetHashCode() => Parts.Length;
}
