namespace Sessions.Api.Vapi.Dialects;

/// <summary>Where in a request a dialect finds an input.</summary>
internal enum Source
{
    Path,
    Query,
    Header,
    Body,
}

/// <summary>
/// A way to speak HTTP with the API: it binds requests to operations and prints their answers. It
/// knows no rules, and no operation knows it.
/// </summary>
internal abstract class Dialect
{
    /// <summary>Its name in the record of events.</summary>
    public abstract string Name { get; }

    /// <summary>The name of the query parameter that carries the action.</summary>
    public abstract string ActionName { get; }

    /// <summary>All routes to an operation.</summary>
    public abstract IEnumerable<OperationRoute> RoutesOf(Operation operation);

    /// <summary>The login token that a request carries, or null.</summary>
    public abstract string? TokenOf(HttpRequest request);

    /// <summary>Prints a success. The value is null where the operation has none.</summary>
    public abstract void Print(HttpContext http, Operation operation, object? value);

    /// <summary>Prints an error.</summary>
    public abstract void Print(HttpContext http, VapiError error);

    /// <summary>An operation's arguments from a request, or what is wrong with it.</summary>
    public async ValueTask<(object?[] Arguments, VapiError? Error)> Bind(HttpContext http, OperationRoute route)
    {
        InputBody? body = null;
        if (route.Verb != HttpMethods.Get)
        {
            (body, var unreadable) = await ReadBody(http.Request);
            if (unreadable is not null)
                return ([], unreadable);
        }

        using (body)
        {
            return InputCheck.Read(route.Operation, (int index, Parameter parameter, out object? value) =>
                route.Sources[index] == Source.Body
                    ? TryReadFromBody(body, route, parameter, out value)
                    : InputText.TryRead(TextOf(http.Request, route.Sources[index], parameter), parameter.Type, out value));
        }
    }

    /// <summary>The body as a tree, from JSON or another format of this dialect; null is a legal "nothing".</summary>
    protected abstract ValueTask<(InputBody? Body, VapiError? Error)> ReadBody(HttpRequest request);

    /// <summary>One input out of the body; false if it is there and of another type.</summary>
    protected abstract bool TryReadFromBody(
        InputBody? body, OperationRoute route, Parameter parameter, out object? value);

    /// <summary>The last value that is not empty: one client sends a name twice, first without a value.</summary>
    internal static string? QueryOf(HttpRequest request, string name) =>
        request.QueryString.HasValue ? request.Query[name].LastOrDefault(value => !string.IsNullOrEmpty(value)) : null;

    static string? TextOf(HttpRequest request, Source source, Parameter parameter) => source switch
    {
        Source.Path => request.RouteValues["id"] as string,
        Source.Header => NotEmpty(request.Headers[parameter.Header!])
            // The spellings in the documents of three versions and in their clients.
            ?? NotEmpty(request.Headers[parameter.Name])
            ?? QueryOf(request, parameter.Name),
        _ => QueryOf(request, parameter.Name),
    };

    static string? NotEmpty(string? value) => string.IsNullOrEmpty(value) ? null : value;
}
