using Sessions.Api.Access;

namespace Sessions.Api.Vapi.Dialects;

/// <summary>Who calls, and whether the limits admit the call: every dialect asks this before it reads the inputs.</summary>
internal sealed class Admission(Logins logins, RequestLimits limits)
{
    /// <summary>
    /// The caller, or why the call is refused; a login has no caller. Calls without a known caller are counted by their
    /// address, so a flood of logins or of guessed tokens counts as one sender's.
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
    /// Counts a request without a known caller. A request that names no operation is one of these, whatever token it
    /// carries: the token is not looked up. Returns the error to answer if it is one too many, else null.
    /// </summary>
    public VapiError? CountStranger(HttpContext http) => limits.Count(http.Connection.RemoteIpAddress);
}
