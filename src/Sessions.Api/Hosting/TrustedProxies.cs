using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace Sessions.Api.Hosting;

/// <summary>
/// The proxies whose <c>X-Forwarded-</c> headers are trusted for the client's address and for the scheme and host that it
/// used: configuration <c>Proxies:Trusted:n</c>. With none configured, such headers are ignored.
/// </summary>
internal static class TrustedProxies
{
    /// <exception cref="SettingsException">An entry is neither an address nor a range of addresses.</exception>
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
            // No limit: any number of trusted proxies may follow one another.
            ForwardLimit = null,
        };
        // By default the framework trusts every proxy on this machine.
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
