using System.Text.Json;
using Sessions.Api.Vapi;
using Sessions.Projections.Exports;
using Sessions.Projections.Seals;

namespace Sessions.Api.Audit;

/// <summary>What a verifier of the record needs besides the record.</summary>
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
