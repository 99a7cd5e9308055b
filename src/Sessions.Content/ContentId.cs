using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Sessions.Content;

/// <summary>
/// The ids of libraries and items: UUIDv5 (RFC 9562) of their path below the content root. They need
/// no database and no file beside the content, and every node computes the same.
/// </summary>
public static class ContentId
{
    /// <summary>The namespace of all ids of content. Another one would give every item another id.</summary>
    public static readonly Guid Namespace = new("cef4ca6a-5862-45af-82fa-47f526d8478f");

    /// <summary>The id of a library.</summary>
    public static Guid OfLibrary(string library) => Of(library);

    /// <summary>The id of an item.</summary>
    public static Guid OfItem(string library, string item) => Of($"{library}/{item}");

    [SuppressMessage("Security", "CA5350", Justification = "UUIDv5 is SHA-1; it protects nothing.")]
    static Guid Of(string path)
    {
        byte[] named = [.. Namespace.ToByteArray(bigEndian: true), .. Encoding.UTF8.GetBytes(path)];
        var hash = SHA1.HashData(named);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash.AsSpan(0, 16), bigEndian: true);
    }
}
