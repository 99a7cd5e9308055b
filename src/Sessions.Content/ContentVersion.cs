using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Sessions.Content;

/// <summary>
/// The content version of an item: a hash over the names, sizes and times of its files. No file has to be read for it,
/// and every node that sees the same files computes the same.
/// </summary>
public static class ContentVersion
{
    /// <summary>How many bytes of the SHA-256 are kept; twice as many hexadecimal digits.</summary>
    const int BytesKept = 16;

    /// <summary>The content version of these files, which must be in the order of their names.</summary>
    public static string Of(IEnumerable<ItemFile> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
        {
            // The name follows its length, so no two lists of files give the same bytes.
            var name = Encoding.UTF8.GetBytes(file.Name);
            Append(hash, name.Length);
            hash.AppendData(name);
            Append(hash, file.Size);
            Append(hash, FileTime.Microseconds(file.ModifiedAt));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, BytesKept));
    }

    static void Append(IncrementalHash hash, long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        hash.AppendData(bytes);
    }
}
