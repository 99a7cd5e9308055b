using Sessions.Api.Access;
using Sessions.Api.Vapi;
using Sessions.Domain;
using Sessions.Projections.Audit;
using Sessions.Storage.Streams;

namespace Sessions.Api.Audit;

/// <summary>
/// Who may see what of the record: an auditor all of it, any other user their own sessions. Each look is recorded before
/// anything is shown.
/// </summary>
internal sealed partial class AuditAccess(AuditLooks looks, EventStore store, ILogger<AuditAccess> log)
{
    static readonly MessageText NotAuditor = new("audit_not_allowed", "This needs the role auditor.");

    /// <summary>Why a caller may not see a user's record, or null.</summary>
    public static VapiError? Refuse(Caller caller, string? owner) =>
        owner is not null && MaySee(caller, owner) ? null
        : caller.User.Has(Roles.Auditor) ? null
        : new VapiError(ErrorType.Unauthorized, NotAuditor.With());

    /// <summary>The filter for this caller: without the role auditor, it defaults to the caller's own sessions.</summary>
    public static AuditFilter Limit(Caller caller, AuditFilter filter) =>
        caller.User.Has(Roles.Auditor) ? filter : filter with { Owner = filter.Owner ?? caller.Name };

    /// <summary>The address of a session, living or gone; null if there is none that the caller may see.</summary>
    public async Task<SessionAddress?> Find(Call call, string text) =>
        SessionId.TryParse(text, out var id)
        && await store.FindOwner(id) is { } owner
        && MaySee(call.Caller, owner)
            ? new SessionAddress(id, owner)
            : null;

    /// <summary>Records durably that the caller looks at the record.</summary>
    public async Task Record(Call call)
    {
        var request = call.Http.Request;
        var (query, address) = (request.Path + request.QueryString, ClientAddress.Of(call.Http));
        await looks.Add(call.Caller.Name, query, address);
        LogLook(call.Caller.Name, query, address);
    }

    static bool MaySee(Caller caller, string owner) => owner == caller.Name || caller.User.Has(Roles.Auditor);

    [LoggerMessage(Level = LogLevel.Information, Message = "{User} looks at the record: {Query}, from {Address}")]
    partial void LogLook(string user, string query, string? address);
}
