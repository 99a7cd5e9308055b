using System.Text.Json;
using Sessions.Api.Access;

namespace Sessions.Api.Vapi.Dialects;

/// <summary>
/// The dialect of vSphere 7.0U2 and later: <c>/api/…</c>, plain JSON values, statuses that mean
/// something. It binds and prints, and knows no rules.
/// </summary>
internal static class ModernDialect
{
    const string Name = "api";
    const string Prefix = "/api/";

    static readonly VapiType.List MessagesShape = (VapiType.List)VapiType.ListOf(LocalizableMessage.Shape);

    /// <summary>Maps the operations, one endpoint a path, and an answer for all other paths.</summary>
    public static void MapModernDialect(this IEndpointRouteBuilder routes)
    {
        var operations = routes.ServiceProvider.GetRequiredService<IReadOnlyList<Operation>>();
        var logins = routes.ServiceProvider.GetRequiredService<Logins>();
        var log = routes.ServiceProvider.GetRequiredService<ILogger<OperationGate>>();
        foreach (var path in operations.GroupBy(operation => operation.Route.Path, StringComparer.Ordinal))
        {
            var gate = new OperationGate(Name, [.. path.Select(operation => new BoundOperation(operation))], logins, log);
            routes.Map(Prefix + path.Key, http => gate.Handle(http));
        }

        // Its default pattern leaves out paths that look like files.
        routes.MapFallback("{**path}", http =>
        {
            Print(http, Errors.UnknownOperation());
            return Task.CompletedTask;
        });
    }

    /// <summary>An operation with the places in a request from which this dialect takes its inputs.</summary>
    internal sealed class BoundOperation
    {
        readonly Source[] sources;
        readonly bool isUnwrapped;

        public BoundOperation(Operation operation)
        {
            Operation = operation;
            sources = [.. operation.Parameters.Select(SourceOf)];
            // A structure that is the only thing in the body is the body.
            isUnwrapped = operation.Parameters.Where((_, i) => sources[i] == Source.Body)
                .ToArray() is [{ Type: VapiType.Structure }];
        }

        public Operation Operation { get; }

        /// <summary>The operation's arguments from a request, or what is wrong with it.</summary>
        public async ValueTask<(object?[] Arguments, VapiError? Error)> Bind(HttpContext http)
        {
            var arguments = new object?[sources.Length];
            JsonDocument? body = null;
            if (Operation.Route.Verb != HttpMethods.Get)
            {
                (body, var unreadable) = await RequestBody.ReadJson(http.Request, http.RequestAborted);
                if (unreadable is not null)
                    return (arguments, unreadable);
            }

            using (body)
            {
                for (var i = 0; i < sources.Length; i++)
                {
                    var parameter = Operation.Parameters[i];
                    if (!TryGet(http, sources[i], parameter, body, out arguments[i]))
                        return (arguments, Errors.WrongArgument(Operation.FullName, parameter.Name, Word(parameter.Type)));
                    if (FindMissing(parameter.Name, parameter.Type, parameter.IsOptional, arguments[i]) is { } missing)
                        return (arguments, Errors.MissingArgument(Operation.FullName, missing));
                }
            }

            return (arguments, null);
        }

        Source SourceOf(Parameter parameter) =>
            parameter.Header is not null ? Source.Header
            : Operation.Route.Path.Contains('{' + parameter.Name + '}', StringComparison.Ordinal) ? Source.Path
            : Operation.Route.Verb == HttpMethods.Get ? Source.Query
            : Source.Body;

        bool TryGet(HttpContext http, Source source, Parameter parameter, JsonDocument? body, out object? value)
        {
            value = source switch
            {
                Source.Path => http.Request.RouteValues[parameter.Name],
                Source.Query => QueryOf(http.Request, parameter.Name),
                Source.Header => HeaderOf(http.Request, parameter),
                _ => null,
            };
            if (source != Source.Body || body is null || body.RootElement.ValueKind == JsonValueKind.Null)
                return true;
            if (isUnwrapped)
                return JsonInput.TryRead(body.RootElement, parameter.Type, out value);
            return body.RootElement.ValueKind == JsonValueKind.Object
                && (!body.RootElement.TryGetProperty(parameter.Name, out var member)
                    || JsonInput.TryRead(member, parameter.Type, out value));
        }

        /// <summary>One client sends the name twice, empty at first.</summary>
        static string? QueryOf(HttpRequest request, string name) =>
            request.QueryString.HasValue ? request.Query[name].LastOrDefault(value => !string.IsNullOrEmpty(value)) : null;

        /// <summary>As the documents of three versions and their clients spell it.</summary>
        static string? HeaderOf(HttpRequest request, Parameter parameter) =>
            NotEmpty(request.Headers[parameter.Header!]) ?? NotEmpty(request.Headers[parameter.Name])
            ?? QueryOf(request, parameter.Name);

        static string? NotEmpty(string? value) => string.IsNullOrEmpty(value) ? null : value;

        static string? FindMissing(string name, VapiType type, bool isOptional, object? value)
        {
            if (value is null)
                return isOptional ? null : name;
            return value is StructureValue structure
                ? structure.Type.Fields
                    .Select(field => FindMissing(field.Name, field.Type, field.IsOptional, structure[field.Name]))
                    .FirstOrDefault(missing => missing is not null)
                : null;
        }

        static string Word(VapiType type) => type switch
        {
            VapiType.String => "string",
            VapiType.Int64 => "integer",
            VapiType.Bool => "boolean",
            _ => "structure",
        };

        enum Source
        {
            Path,
            Query,
            Header,
            Body,
        }
    }

    /// <summary>Prints a value of an operation, or nothing, with the status that it documents.</summary>
    public static void Print(HttpContext http, Operation operation, object? value)
    {
        http.Response.StatusCode = operation.Route.Status;
        if (value is not null)
            JsonResponse.Write(http.Response, (operation.Output, value), static (json, answer) =>
                JsonOutput.Write(json, answer.Output, answer.value));
    }

    /// <summary>Prints an error in this dialect's form.</summary>
    public static void Print(HttpContext http, VapiError error)
    {
        var response = http.Response;
        response.StatusCode = error.Status;
        if (error.Challenge is not null)
            response.Headers.WWWAuthenticate = error.Challenge;
        if (error.Allow is not null)
            response.Headers.Allow = error.Allow;
        if (error.RetryAfter is { } pause)
            response.Headers.RetryAfter = $"{(int)pause.TotalSeconds}";
        JsonResponse.Write(response, error, static (json, error) =>
        {
            json.WriteStartObject();
            if (error.Challenge is not null)
                json.WriteString("challenge", error.Challenge);
            json.WriteString("error_type", error.Type.Name.ToUpperInvariant());
            json.WritePropertyName("messages");
            JsonOutput.Write(json, MessagesShape, new object[] { error.Message });
            json.WriteEndObject();
        });
    }
}
