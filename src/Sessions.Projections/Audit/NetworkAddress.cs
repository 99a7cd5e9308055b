using System.Net;
using System.Net.Sockets;

namespace Sessions.Projections.Audit;

/// <summary>Network addresses as the record has them: each in one form, so that a query for one finds it.</summary>
public static class NetworkAddress
{
    /// <summary>The prefix of pseudonyms in a masked export, which may have been imported.</summary>
    const string Masked = "address-";

    /// <summary>An address as text. An IPv4 address is written as IPv4 even if it came over an IPv6 socket.</summary>
    public static string TextOf(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
    }

    /// <summary>Reads the address of a query; false if the text is no address.</summary>
    public static bool TryRead(string text, out string address)
    {
        ArgumentNullException.ThrowIfNull(text);
        address = text;
        if (text.StartsWith(Masked, StringComparison.Ordinal))
            return true;
        // The framework would take 1.2.3 for 1.2.0.3, and 010.0.0.1 for 8.0.0.1.
        if (!IPAddress.TryParse(text, out var parsed)
            || (parsed.AddressFamily == AddressFamily.InterNetwork && parsed.ToString() != text))
            return false;
        address = TextOf(parsed);
        return true;
    }
}
