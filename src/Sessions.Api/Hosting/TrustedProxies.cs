using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace Sessions.Api.Hosting;

/// <summary>
/// The proxies whose word is taken for who the client is and by which scheme and host he came:
/// configuration <c>Proxies:Trusted:n</c>. With none, such headers are ignored.
/// </summary>
internal static class TrustedProxies
{
    /// <exception cref="SettingsException">One is neither an address nor a range of them.</exception>
    public static IReadOnlyList<IPNetwork> Read(IConfiguration configuration) =>
        [.. (configuration.GetSection("Proxies:Trusted").Get<string[]>() ?? []).Select(Parse)];

    public static void UseTrustedProxies(this WebApplication app, IReadOnlyList<IPNetwork> proxies)
    {
        if (proxies.Count == 0)
            return;

        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders =
                ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,
            // As many proxies in a row as are trusted.
            ForwardLimit = null,
        };
        // The framework itself would trust whatever runs on this machine.
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in proxies)
            options.KnownIPNetworks.Add(proxy);
        app.UseForwardedHeaders(options);
    }

    static IPNetwork Parse(string text, int index) =>
        IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
        : IPNetwork.TryParse(text, out var range) ? range
        : throw new SettingsException(
            $"Proxies:Trusted:{index} is {text}; it must be an address, or a range like 10.0.0.0/8.");
}
