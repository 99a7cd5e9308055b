using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Sessions.Api.Hosting;

/// <summary>What Kestrel lets a client do: how many connections, how slowly, and in which protocol.</summary>
internal static class KestrelLimits
{
    public static void Apply(this LimitOptions limits, KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        // RequestBody enforces the limit: Kestrel would close the connection while the client is still sending.
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MaxConcurrentConnections = limits.ConnectionsHeld;
        kestrel.Limits.KeepAliveTimeout = limits.ConnectionIdle;
        kestrel.Limits.RequestHeadersTimeout = limits.RequestHead;
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(limits.BodyBytesPerSecond, limits.BodyPatience);
        // HTTP/2 has one least rate for all responses of a connection; a slow download must be able to go without one.
        kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http1);
    }
}
