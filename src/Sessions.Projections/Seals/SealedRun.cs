using System.Buffers.Binary;
using System.Security.Cryptography;
using Sessions.Storage.Log;

namespace Sessions.Projections.Seals;

/// <summary>What a seal keeps of one event.</summary>
/// <param name="Position">Its position in the log.</param>
/// <param name="Transaction">The transaction that wrote it.</param>
/// <param name="Leaf">The first eight bytes of its hash.</param>
public readonly record struct SealEntry(long Position, ulong Transaction, ulong Leaf)
{
    /// <summary>The size of an entry in bytes.</summary>
    public const int Size = 24;

    /// <summary>The entries of a seal; an incomplete one at the end is ignored.</summary>
    public static SealEntry[] ReadAll(ReadOnlySpan<byte> bytes)
    {
        var entries = new SealEntry[bytes.Length / Size];
        for (var i = 0; i < entries.Length; i++)
        {
            var entry = bytes.Slice(i * Size, Size);
            entries[i] = new SealEntry(
                BinaryPrimitives.ReadInt64BigEndian(entry),
                BinaryPrimitives.ReadUInt64BigEndian(entry[8..]),
                BinaryPrimitives.ReadUInt64BigEndian(entry[16..]));
        }

        return entries;
    }

    internal void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteInt64BigEndian(bytes, Position);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], Transaction);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[16..], Leaf);
    }
}

/// <summary>
/// Events in the log's order, to be sealed or compared with a seal. Each is hashed once, and the run keeps a few
/// bytes of each.
/// </summary>
public sealed class SealedRun : IDisposable
{
    internal const int PlaceSize = 20;

    readonly IncrementalHash digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    readonly List<(Guid StreamId, int Version)> events = [];
    byte[] entries = new byte[64 * SealEntry.Size];

    /// <summary>How many events it has.</summary>
    public int Count => events.Count;

    /// <summary>The place of the first, if there is one.</summary>
    public LogPosition First { get; private set; }

    /// <summary>The place of the last.</summary>
    public LogPosition Last { get; private set; }

    /// <summary>An entry for each event.</summary>
    public ReadOnlySpan<byte> Entries => entries.AsSpan(0, Count * SealEntry.Size);

    /// <summary>Which event of which session each is.</summary>
    public IReadOnlyList<(Guid StreamId, int Version)> Events => events;

    /// <summary>Adds the next event.</summary>
    /// <param name="position">Its place.</param>
    /// <param name="content">Its <see cref="EventContent"/>.</param>
    public void Add(LogPosition position, ReadOnlySpan<byte> content)
    {
        Span<byte> placeAndLeaf = stackalloc byte[PlaceSize + Seal.HashSize];
        WritePlace(placeAndLeaf, position);
        SHA256.HashData(content, placeAndLeaf[PlaceSize..]);
        digest.AppendData(placeAndLeaf);

        if (entries.Length == Count * SealEntry.Size)
            Array.Resize(ref entries, entries.Length * 2);
        var leaf = BinaryPrimitives.ReadUInt64BigEndian(placeAndLeaf[PlaceSize..]);
        new SealEntry(position.Number, position.Transaction, leaf).Write(entries.AsSpan(Count * SealEntry.Size));
        if (Count == 0)
            First = position;
        Last = position;
        events.Add(EventContent.ReadPlace(content));
    }

    /// <summary>The digest over all its events. Ends the run: the next event begins another.</summary>
    public byte[] Digest() => digest.GetHashAndReset();

    /// <summary>Empties the run.</summary>
    public void Clear()
    {
        events.Clear();
        _ = digest.GetHashAndReset();
    }

    /// <inheritdoc/>
    public void Dispose() => digest.Dispose();

    internal static void WritePlace(Span<byte> bytes, LogPosition position)
    {
        BinaryPrimitives.WriteInt32BigEndian(bytes, position.Epoch);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[4..], position.Transaction);
        BinaryPrimitives.WriteInt64BigEndian(bytes[12..], position.Number);
    }
}
