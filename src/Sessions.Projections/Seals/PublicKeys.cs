using System.Security.Cryptography;

namespace Sessions.Projections.Seals;

/// <summary>
/// The public keys that an auditor trusts, one or several, as keys follow each other. They must come to
/// him by another way than through the database: whoever can write there could put his own there.
/// </summary>
public sealed class PublicKeys : IDisposable
{
    const string Begin = "-----BEGIN ";

    readonly List<ECDsa> keys = [];

    /// <summary>The keys of a PEM text, or of the file of that name.</summary>
    /// <exception cref="FormatException">There is no public key of this kind in it.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static PublicKeys Load(string pemOrFile)
    {
        ArgumentNullException.ThrowIfNull(pemOrFile);
        var loaded = new PublicKeys();
        // Whatever stands before the first one is a word on the keys, and no key.
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

    /// <summary>The fingerprint of the one of these keys that has signed this seal's hash, or null if none has.</summary>
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
            : throw new FormatException("Its key is of another curve than P-256.");
}
