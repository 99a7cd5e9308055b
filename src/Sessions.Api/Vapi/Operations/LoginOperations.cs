using Sessions.Api.Access;
using Sessions.Api.Vapi.Models;

namespace Sessions.Api.Vapi.Operations;

/// <summary>Logging in and out of the API, which calls a login a session: these are not download sessions.</summary>
internal sealed class LoginOperations(Logins logins)
{
    const string Service = "com.vmware.cis.session";
    const string Path = "session";

    public IEnumerable<Operation> All =>
    [
        new(Service, "create", new("POST", Path, Status: 201), [], VapiType.Secret, [ErrorType.Unauthenticated], Create)
        {
            IsLogin = true,
            Summary = "Logs in with a name and a password, and answers the token for all other requests.",
        },
        new(Service, "get", new("GET", Path), [], LoginModel.Shape, [ErrorType.Unauthenticated],
            async call => await logins.Find(call.Caller.Token) is { } login
                ? Answer.Of(login)
                : Errors.LoginRequired())
        { Summary = "Who is logged in, and since when." },
        new(Service, "delete", new("DELETE", Path, Status: 204), [], VapiType.Nothing, [ErrorType.Unauthenticated],
            async call =>
            {
                await logins.Remove(call.Caller.Token);
                return Answer.Done;
            })
        { Summary = "Logs out." },
    ];

    async ValueTask<Answer> Create(Call call) =>
        call.Credentials is { } given
        && await logins.Add(given.User, given.Password, call.ClientGone) is { } token
            ? Answer.Of(token)
            : Errors.LoginRequired();
}
