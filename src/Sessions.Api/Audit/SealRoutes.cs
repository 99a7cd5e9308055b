using Sessions.Api.Vapi;
using Sessions.Api.Vapi.Dialects;
using Sessions.Projections.Seals;

namespace Sessions.Api.Audit;

/// <summary>What every client may read without a login.</summary>
internal static class SealRoutes
{
    static readonly MessageText NotSigned = new("audit_seal_key_not_found", "Seals are not signed here: Seals:SigningKey is not set.");

    static readonly ModernDialect Dialect = new();

    /// <summary>The public half of the key that seals are signed with.</summary>
    public static void MapSealKey(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/audit/seals/public-key", static async http =>
        {
            if (http.RequestServices.GetRequiredService<Sealer>().PublicKey is { } key)
            {
                http.Response.ContentType = "application/x-pem-file";
                await http.Response.WriteAsync(key + "\n", http.RequestAborted);
                return;
            }

            Dialect.Print(http, new VapiError(ErrorType.NotFound, NotSigned.With()));
        });
}
