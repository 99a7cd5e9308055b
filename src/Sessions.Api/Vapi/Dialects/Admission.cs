using Sessions.Api.Access;

namespace Sessions.Api.Vapi.Dialects;

/// <summary>Who calls, and whether he may call now: what every dialect asks before it reads the inputs.</summary>
internal sealed class Admission(Logins logins, RequestLimits limits)
{
    /// <summary>
    /// The caller, or why he is not let in. Nobody is the caller of a login; whoever is not known is counted
    /// by his address, so a flood of logins or of guessed tokens is one sender's.
    /// </summary>
    public async ValueTask<(Caller? Caller, VapiError? Refusal)> Admit(HttpContext http, Operation operation, string? token)
    {
        var caller = operation.IsLogin || string.IsNullOrEmpty(token)
            ? null
            : await logins.Authenticate(token);
        var tooMany = caller is null ? CountStranger(http) : limits.Count(caller.Name);
        return (caller, tooMany ?? (caller is null && !operation.IsLogin ? Errors.LoginRequired() : null));
    }

    /// <summary>
    /// Counts a request of nobody who is known. One that names nothing that can be called is such too, whatever token
    /// it carries: it is not looked up. The error to answer if it is one too many, else null.
    /// </summary>
    public VapiError? CountStranger(HttpContext http) => limits.Count(http.Connection.RemoteIpAddress);
}
