using System.Security.Cryptography;

namespace Sessions.Projections.Seals;

/// <summary>The key that seals are signed with: ECDSA over the curve P-256.</summary>
public sealed class SealKey : IDisposable
{
    readonly ECDsa key;

    SealKey(ECDsa key) => (this.key, Fingerprint) = (key, FingerprintOf(key));

    /// <summary>Identifies the key in its signatures.</summary>
    public ReadOnlyMemory<byte> Fingerprint { get; }

    /// <summary>Its public half, as PEM, for verification.</summary>
    public string PublicKey => key.ExportSubjectPublicKeyInfoPem();

    /// <summary>The key of a PEM text, or of the file of that name.</summary>
    /// <exception cref="FormatException">It contains no private key of this kind.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static SealKey Load(string pemOrFile)
    {
        ArgumentNullException.ThrowIfNull(pemOrFile);
        var loaded = ECDsa.Create();
        try
        {
            loaded.ImportFromPem(PublicKeys.TextOf(pemOrFile));
            _ = loaded.ExportPkcs8PrivateKey();
        }
        catch (Exception none) when (none is CryptographicException or ArgumentException)
        {
            loaded.Dispose();
            throw new FormatException(
                "It holds no private key; 'openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256' makes one.", none);
        }

        return new SealKey(PublicKeys.MustBeP256(loaded));
    }

    /// <summary>The first 16 bytes of the SHA-256 of a public key.</summary>
    public static byte[] FingerprintOf(ECDsa key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return SHA256.HashData(key.ExportSubjectPublicKeyInfo())[..16];
    }

    /// <summary>Signs a seal's hash.</summary>
    public SealSignature Sign(ReadOnlySpan<byte> hash) => new(Fingerprint, key.SignHash(hash.ToArray()));

    /// <summary>Whether a seal's signature was made with this key.</summary>
    public bool HasSigned(Seal seal)
    {
        ArgumentNullException.ThrowIfNull(seal);
        return seal.Signature is { } signature && key.VerifyHash(seal.Hash.Span, signature.Value.Span);
    }

    /// <inheritdoc/>
    public void Dispose() => key.Dispose();
}
