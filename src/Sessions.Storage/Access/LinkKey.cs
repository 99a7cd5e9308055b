using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Sessions.Storage.Access;

/// <summary>A key that data links are signed with. Its bytes are never exposed.</summary>
public sealed class LinkKey
{
    /// <summary>The fewest bytes that a key may have: as many as the hash that it is used with.</summary>
    public const int SizeMin = 32;

    readonly byte[] secret;

    /// <summary>A key from its bytes.</summary>
    public LinkKey(byte[] secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        this.secret = secret;
        Id = BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(secret));
    }

    /// <summary>Names the key in a link. It follows from the key, so it means the same on every node.</summary>
    public long Id { get; }

    /// <summary>The signature of these bytes: HMAC-SHA256.</summary>
    public byte[] Sign(ReadOnlySpan<byte> signed) => HMACSHA256.HashData(secret, signed);
}

/// <summary>Where the keys of data links come from, and how long one signs.</summary>
public sealed record LinkKeyOptions
{
    /// <summary>How long a key signs before the next one does.</summary>
    /// <value>30 days.</value>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Keys from the configuration: the first signs in place of the database's, all verify beside those.</summary>
    public IReadOnlyList<LinkKey> Configured { get; init; } = [];
}
