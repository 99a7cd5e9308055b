using System.Collections.Immutable;
using System.Text.Json;

namespace Sessions.Api.Vapi.Dialects;

/// <summary>Where in a request a dialect finds an input.</summary>
internal enum Source
{
    Path,
    Query,
    Header,
    Body,
}

/// <summary>One way to an operation: what the request looks like, and where its inputs are.</summary>
/// <param name="Verb">The HTTP method.</param>
/// <param name="Path">The route's template; a parameter in it is called <c>id</c>.</param>
/// <param name="Action">The action that the query names, or null.</param>
/// <param name="Operation">What is called.</param>
/// <param name="Sources">Where each of its parameters is.</param>
internal sealed record OperationRoute(
    string Verb, string Path, string? Action, Operation Operation, ImmutableArray<Source> Sources)
{
    /// <summary>An input that the query must name for this way to be meant, or null.</summary>
    public string? Selector { get; init; }
}

/// <summary>
/// A way to speak HTTP with the API: it binds requests to operations and prints their answers. It
/// knows no rules, and no operation knows it.
/// </summary>
internal abstract class Dialect
{
    /// <summary>Its name in the record of events.</summary>
    public abstract string Name { get; }

    /// <summary>What the query calls the action.</summary>
    public abstract string ActionName { get; }

    /// <summary>All ways to an operation.</summary>
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

    /// <summary>The body as JSON, or what this dialect takes for it; null is a legal "nothing".</summary>
    protected abstract ValueTask<(InputBody? Body, VapiError? Error)> ReadBody(HttpRequest request);

    /// <summary>One input out of the body; false if it is there and of another type.</summary>
    protected abstract bool TryReadFromBody(
        InputBody? body, OperationRoute route, Parameter parameter, out object? value);

    /// <summary>One client sends a name twice, empty at first.</summary>
    internal static string? QueryOf(HttpRequest request, string name) =>
        request.QueryString.HasValue ? request.Query[name].LastOrDefault(value => !string.IsNullOrEmpty(value)) : null;

    static string? TextOf(HttpRequest request, Source source, Parameter parameter) => source switch
    {
        Source.Path => request.RouteValues["id"] as string,
        Source.Header => NotEmpty(request.Headers[parameter.Header!])
            // As the documents of three versions and their clients spell it.
            ?? NotEmpty(request.Headers[parameter.Name])
            ?? QueryOf(request, parameter.Name),
        _ => QueryOf(request, parameter.Name),
    };

    static string? NotEmpty(string? value) => string.IsNullOrEmpty(value) ? null : value;
}

/// <summary>The body of a request as a tree, whatever form it had.</summary>
/// <param name="Json">The tree.</param>
/// <param name="IsText">Its leaves are all text, as XML and queries have it: a number is not told from a word.</param>
internal sealed record InputBody(JsonDocument Json, bool IsText = false) : IDisposable
{
    /// <summary>A member of the root; missing where it is missing, false where it is of another type.</summary>
    public bool TryReadMember(string name, VapiType type, out object? value)
    {
        value = null;
        return Json.RootElement.ValueKind == JsonValueKind.Null
            || (Json.RootElement.ValueKind == JsonValueKind.Object
                && (!Json.RootElement.TryGetProperty(name, out var member)
                    || JsonInput.TryRead(member, type, IsText, out value)));
    }

    public void Dispose() => Json.Dispose();
}
