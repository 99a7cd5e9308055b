using Sessions.Projections.Seals;

namespace Sessions.Api.Audit;

/// <summary>What is there for everybody, without a login.</summary>
internal static class SealRoutes
{
    /// <summary>The public half of the key that seals are signed with.</summary>
    public static void MapSealKey(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/audit/seals/public-key", static http =>
        {
            if (http.RequestServices.GetRequiredService<Sealer>().PublicKey is { } key)
            {
                http.Response.ContentType = "application/x-pem-file";
                return http.Response.WriteAsync(key + "\n", http.RequestAborted);
            }

            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return http.Response.WriteAsync("Seals are not signed here: Seals:SigningKey is not set.\n", http.RequestAborted);
        });
}
