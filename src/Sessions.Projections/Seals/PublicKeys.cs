using System.Security.Cryptography;

namespace Sessions.Projections.Seals;

/// <summary>
/// The public keys that an auditor trusts: one, or several after a rotation. They must not come from the database,
/// where an attacker who can write could put a key of their own.
/// </summary>
public sealed class PublicKeys : IDisposable
{
    const string Begin = "-----BEGIN ";

    readonly List<ECDsa> keys = [];

    /// <summary>The keys of a PEM text, or of the file of that name.</summary>
    /// <exception cref="FormatException">It contains no public key of this kind.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static PublicKeys Load(string pemOrFile)
    {
        ArgumentNullException.ThrowIfNull(pemOrFile);
        var loaded = new PublicKeys();
        // Text before the first key is a comment.
        foreach (var pem in TextOf(pemOrFile).Split(Begin).Skip(1))
        {
            var key = ECDsa.Create();
            try
            {
                key.ImportFromPem(Begin + pem);
            }
            catch (Exception none) when (none is CryptographicException or ArgumentException)
            {
                throw new FormatException("It holds no public key in PEM.", none);
            }

            loaded.keys.Add(MustBeP256(key));
        }

        return loaded.keys.Count > 0 ? loaded : throw new FormatException("It holds no public key in PEM.");
    }

    /// <summary>The fingerprint of the key that has signed this seal's hash, or null if none of these has.</summary>
    public byte[]? FindSigner(Seal seal)
    {
        ArgumentNullException.ThrowIfNull(seal);
        return seal.Signature is { } signature
            && keys.FirstOrDefault(key => key.VerifyHash(seal.Hash.Span, signature.Value.Span)) is { } signer
            ? SealKey.FingerprintOf(signer)
            : null;
    }

    /// <inheritdoc/>
    public void Dispose() => keys.ForEach(key => key.Dispose());

    internal static string TextOf(string pemOrFile) =>
        pemOrFile.Contains(Begin, StringComparison.Ordinal) ? pemOrFile : File.ReadAllText(pemOrFile);

    internal static ECDsa MustBeP256(ECDsa key) =>
        string.Equals(key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value, ECCurve.NamedCurves.nistP256.Oid.Value, StringComparison.Ordinal)
            ? key
            : throw new FormatException("Its key is not on the curve P-256.");
}
