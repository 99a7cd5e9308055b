using System.Text.Json;
using Sessions.Api.Vapi;
using Sessions.Projections.Exports;
using Sessions.Projections.Seals;

namespace Sessions.Api.Audit;

/// <summary>What whoever verifies the record needs besides it.</summary>
internal sealed class SealOperations(AuditAccess access, SealQueries seals)
{
    static readonly MessageText NoneYet = new("audit_seal_not_found", "There is no seal yet.");

    public IEnumerable<Operation> All =>
    [
        new("sessions.audit", "seal", new("GET", "audit/seals/newest"), [],
            VapiType.Document, [ErrorType.InvalidArgument, ErrorType.NotFound, ErrorType.Unauthorized], AuditInputs.Strict(Newest))
        { Summary = "The newest seal of the log, to be kept elsewhere: `sessions verify --head` asks for it later." },
    ];

    async ValueTask<Answer> Newest(Call call)
    {
        if (AuditAccess.Refuse(call.Caller, owner: null) is { } error)
            return error;

        await access.Record(call);
        return await seals.FindNewest() is { } seal
            ? Answer.Of((Action<Utf8JsonWriter>)(json => SealJson.ToJson(seal).WriteTo(json)))
            : new VapiError(ErrorType.NotFound, NoneYet.With());
    }
}

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
