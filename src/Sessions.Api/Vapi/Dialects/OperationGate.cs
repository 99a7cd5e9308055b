using Sessions.Api.Access;

namespace Sessions.Api.Vapi.Dialects;

/// <summary>
/// Handles one path: finds the operation by method and action, identifies the caller, binds, invokes, prints. Every outcome
/// is answered in the dialect's form.
/// </summary>
internal sealed class OperationGate(Dialect dialect, OperationRoute[] routes, Admission admission, Answering answering)
{
    readonly string methods = string.Join(", ", routes.Select(route => route.Verb).Distinct(StringComparer.Ordinal));

    public async Task Handle(HttpContext http)
    {
        var route = Find(http.Request);
        var answer = await answering.Answer(http, route, Call);
        if (answer is null)
            return;
        if (http.Response.HasStarted)
        {
            // The operation has sent its answer by itself. If it then failed, the connection is broken, so that the client
            // cannot take a part for the whole.
            if (answer.Value.Error is not null)
                http.Abort();
            return;
        }

        if (answer.Value.Error is { } error)
            dialect.Print(http, error);
        else
            dialect.Print(http, route!.Operation, answer.Value.Value);
    }

    async ValueTask<Answer> Call(HttpContext http, OperationRoute? route)
    {
        if (route is null)
        {
            return admission.CountStranger(http)
                ?? (routes.Any(known => known.Verb == http.Request.Method)
                    ? Errors.UnknownOperation()
                    : Errors.WrongMethod(methods));
        }

        var (caller, refusal) = await admission.Admit(http, route.Operation, dialect.TokenOf(http.Request));
        if (refusal is not null)
            return refusal;

        var credentials = route.Operation.IsLogin ? BasicCredentials.Of(http.Request) : null;
        var (arguments, error) = await dialect.Bind(http, route);
        return error is not null
            ? error
            : await route.Operation.Invoke(new Call(
                route.Operation, dialect.Name, caller, credentials, arguments, http));
    }

    OperationRoute? Find(HttpRequest request)
    {
        var action = request.QueryString.HasValue ? (string?)request.Query[dialect.ActionName] : null;
        foreach (var route in routes)
        {
            if (route.Verb == request.Method && route.Action == action
                && (route.Selector is not { } selector || request.Query.ContainsKey(selector)))
                return route;
        }

        return null;
    }
}
