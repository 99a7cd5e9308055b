using System.Buffers.Binary;
using System.Security.Cryptography;
using Sessions.Storage.Log;

namespace Sessions.Projections.Seals;

/// <summary>
/// A sealed run of events. Changing one of the events, or the seal, would change the seal's hash and those of all
/// later seals.
/// </summary>
/// <param name="Number">From 1, without gaps.</param>
/// <param name="First">The place of the run's first event.</param>
/// <param name="Last">The place of its last.</param>
/// <param name="Count">How many events it has.</param>
/// <param name="SealedAt">When, by the database's clock.</param>
/// <param name="Previous">The hash of the seal before; zeros for the first.</param>
/// <param name="Digest">The SHA-256 over the places and hashes of all its events.</param>
/// <param name="Entries">What is kept of each event, to identify those that differ.</param>
public sealed record Seal(
    long Number,
    LogPosition First,
    LogPosition Last,
    int Count,
    DateTimeOffset SealedAt,
    ReadOnlyMemory<byte> Previous,
    ReadOnlyMemory<byte> Digest,
    ReadOnlyMemory<byte> Entries)
{
    /// <summary>The size of a hash in bytes.</summary>
    public const int HashSize = SHA256.HashSizeInBytes;

    /// <summary>The seal before the first.</summary>
    public static Seal None { get; } = new(
        Number: 0, LogPosition.Start, LogPosition.Start, Count: 0, DateTimeOffset.UnixEpoch, new byte[HashSize],
        new byte[HashSize], ReadOnlyMemory<byte>.Empty)
    {
        Hash = new byte[HashSize],
    };

    /// <summary>The stored hash; it equals <see cref="ComputeHash"/> unless the seal was altered.</summary>
    public ReadOnlyMemory<byte> Hash { get; init; }

    /// <summary>The signature, which vouches for the hash and for every seal before it; null for none.</summary>
    public SealSignature? Signature { get; init; }

    /// <summary>Makes the seal that follows a seal.</summary>
    public static Seal Over(SealedRun run, Seal previous, DateTimeOffset at, SealKey? key)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(previous);
        var seal = new Seal(
            previous.Number + 1, run.First, run.Last, run.Count, at, previous.Hash, run.Digest(), run.Entries.ToArray());
        seal = seal with { Hash = seal.ComputeHash() };
        return seal with { Signature = key?.Sign(seal.Hash.Span) };
    }

    /// <summary>The SHA-256 over all of the seal but its hash and its signature.</summary>
    public byte[] ComputeHash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData("sessions seal 1\n"u8);
        Append(hash, Number);
        Append(hash, SealedAt.UtcTicks / TimeSpan.TicksPerMicrosecond);
        Append(hash, First);
        Append(hash, Last);
        Append(hash, Count);
        hash.AppendData(Previous.Span);
        hash.AppendData(Digest.Span);
        hash.AppendData(Entries.Span);
        return hash.GetHashAndReset();
    }

    static void Append(IncrementalHash hash, LogPosition position)
    {
        Span<byte> place = stackalloc byte[SealedRun.PlaceSize];
        SealedRun.WritePlace(place, position);
        hash.AppendData(place);
    }

    static void Append(IncrementalHash hash, long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        hash.AppendData(bytes);
    }
}

/// <summary>A signature over a seal's hash.</summary>
/// <param name="SignedBy">The fingerprint of the key, see <see cref="SealKey.FingerprintOf"/>.</param>
/// <param name="Value">ECDSA over the curve P-256, in the format of IEEE P1363.</param>
public sealed record SealSignature(ReadOnlyMemory<byte> SignedBy, ReadOnlyMemory<byte> Value);
