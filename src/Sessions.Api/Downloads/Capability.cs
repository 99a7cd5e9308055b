using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Sessions.Domain;
using Sessions.Storage.Access;

namespace Sessions.Api.Downloads;

/// <summary>
/// The part of a data link that carries its permission: which key signed it, which session it belongs to, and a signature
/// over both and the file's name. It holds no end time: the session's lease decides that.
/// </summary>
internal sealed class Capability
{
    const int SessionAt = sizeof(long);
    const int OwnerLengthAt = SessionAt + 16;
    const int OwnerAt = OwnerLengthAt + sizeof(ushort);

    /// <summary>No link is longer than this, so a longer text is not decoded.</summary>
    const int TextLengthMax = 4096;

    readonly byte[] claims;
    readonly byte[] signature;

    Capability(byte[] claims, byte[] signature) => (this.claims, this.signature) = (claims, signature);

    public long KeyId => BinaryPrimitives.ReadInt64BigEndian(claims);

    /// <summary>The session that it claims to belong to.</summary>
    public SessionAddress Session => new(
        new SessionId(new Guid(claims.AsSpan(SessionAt, 16), bigEndian: true)),
        Encoding.UTF8.GetString(claims.AsSpan(OwnerAt)));

    /// <summary>The capability for one file of a session, signed.</summary>
    public static Capability Sign(LinkKey key, SessionAddress session, string fileName)
    {
        var made = ClaimsOf(key.Id, session);
        return new Capability(made, SignatureBy(key, made, fileName));
    }

    /// <summary>Reads what <see cref="ToString"/> wrote, in that one spelling. The signature is not checked here.</summary>
    public static Capability? Read(string text)
    {
        if (text.Length > TextLengthMax || !Base64Url.IsValid(text))
            return null;
        var bytes = Base64Url.DecodeFromChars(text);
        if (Base64Url.EncodeToString(bytes) != text || bytes.Length < OwnerAt)
            return null;

        var end = OwnerAt + BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(OwnerLengthAt));
        return bytes.Length == end + HMACSHA256.HashSizeInBytes ? new Capability(bytes[..end], bytes[end..]) : null;
    }

    /// <summary>Whether this key signed it for a file of this name.</summary>
    public bool IsSignedBy(LinkKey key, string fileName) =>
        CryptographicOperations.FixedTimeEquals(signature, SignatureBy(key, claims, fileName));

    public override string ToString() => Base64Url.EncodeToString([.. claims, .. signature]);

    static byte[] SignatureBy(LinkKey key, byte[] signed, string fileName) =>
        key.Sign([.. signed, .. Encoding.UTF8.GetBytes(fileName)]);

    /// <summary>The owner's length precedes the owner, so no two owners and file names read as the same bytes.</summary>
    static byte[] ClaimsOf(long keyId, SessionAddress session)
    {
        var owner = Encoding.UTF8.GetBytes(session.Owner);
        var bytes = new byte[OwnerAt + owner.Length];
        BinaryPrimitives.WriteInt64BigEndian(bytes, keyId);
        session.Id.Value.TryWriteBytes(bytes.AsSpan(SessionAt), bigEndian: true, out _);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(OwnerLengthAt), checked((ushort)owner.Length));
        owner.CopyTo(bytes.AsSpan(OwnerAt));
        return bytes;
    }
}
