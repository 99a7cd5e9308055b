using Sessions.Projections.Audit;

namespace Sessions.Api.Access;

/// <summary>Where a request came from, for the record.</summary>
internal static class ClientAddress
{
    public static string? Of(HttpContext http) =>
        http.Connection.RemoteIpAddress is { } address ? NetworkAddress.TextOf(address) : null;
}
