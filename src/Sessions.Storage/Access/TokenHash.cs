namespace Sessions.Storage.Access;

/// <summary>What the store knows of a token. Two are the same when their bytes are.</summary>
readonly struct TokenHash(byte[] bytes) : IEquatable<TokenHash>
{
    public byte[] Bytes { get; } = bytes;

    public bool Equals(TokenHash other) => Bytes.AsSpan().SequenceEqual(other.Bytes);

    public override bool Equals(object? obj) => obj is TokenHash other && Equals(other);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(Bytes);
        return hash.ToHashCode();
    }
}
