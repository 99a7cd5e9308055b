using Sessions.Api.Access;
using Sessions.Api.Workers;
using Sessions.Storage;
using static Sessions.Api.Vapi.Dialects.ModernDialect;

namespace Sessions.Api.Vapi.Dialects;

/// <summary>
/// What stands at one path: finds the operation by method and action, asks who is there, binds,
/// invokes, prints. Every way out of it is an answer in the dialect's form.
/// </summary>
internal sealed partial class OperationGate(
    string dialect, BoundOperation[] operations, Logins logins, ILogger<OperationGate> log)
{
    const string TokenHeader = "vmware-api-session-id";

    readonly string methods = string.Join(", ", operations.Select(one => one.Operation.Route.Verb).Distinct(StringComparer.Ordinal));

    public async Task Handle(HttpContext http)
    {
        try
        {
            var (operation, answer) = await Answer(http);
            if (answer.Error is { } error)
                Print(http, error);
            else
                Print(http, operation!, answer.Value);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there any more to be answered.
        }
        catch (StoreUnavailableException unavailable)
        {
            Print(http, Errors.Unavailable(unavailable.OutcomeUnknown));
        }
        catch (BadHttpRequestException bad)
        {
            Print(http, bad.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? Errors.TooLarge(RequestBody.SizeMax)
                : Errors.Malformed("HTTP"));
        }
        catch (Exception unexpected)
        {
            LogFailed(unexpected, http.Request.Method, http.Request.Path);
            Print(http, Errors.Internal());
        }
    }

    async ValueTask<(Operation?, Answer)> Answer(HttpContext http)
    {
        if (Find(http.Request, out var wrong) is not { } bound)
            return (null, wrong!);

        // Until its schema is there, the database would answer with mistakes that are none.
        if (!http.RequestServices.GetRequiredService<DatabaseReadiness>().Ready.IsCompleted)
            return (null, Errors.Unavailable(outcomeUnknown: false));

        Caller? caller = null;
        if (!bound.Operation.IsLogin)
        {
            var token = http.Request.Headers[TokenHeader].ToString();
            if (token.Length == 0)
                return (null, Errors.LoginRequired());
            caller = await logins.Authenticate(token, http.RequestAborted);
            if (caller is null)
                return (null, Errors.LoginRequired());
        }

        var (arguments, error) = await bound.Bind(http);
        return error is not null
            ? (null, error)
            : (bound.Operation, await bound.Operation.Invoke(new Call(bound.Operation, dialect, caller, arguments, http)));
    }

    BoundOperation? Find(HttpRequest request, out VapiError? wrong)
    {
        wrong = null;
        var action = request.QueryString.HasValue ? (string?)request.Query["action"] : null;
        var methodIsKnown = false;
        foreach (var bound in operations)
        {
            if (bound.Operation.Route.Verb != request.Method)
                continue;
            methodIsKnown = true;
            if (bound.Operation.Route.Action == action)
                return bound;
        }

        wrong = methodIsKnown ? Errors.UnknownOperation() : Errors.WrongMethod(methods);
        return null;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    partial void LogFailed(Exception error, string method, string path);
}
