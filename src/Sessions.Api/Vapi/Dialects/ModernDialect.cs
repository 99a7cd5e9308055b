namespace Sessions.Api.Vapi.Dialects;

/// <summary>
/// The dialect of vSphere 7.0U2 and later: <c>/api/…</c>, plain JSON values, statuses that mean
/// something.
/// </summary>
internal sealed class ModernDialect : Dialect
{
    public override string Name => "api";

    public override string ActionName => "action";

    public override IEnumerable<OperationRoute> RoutesOf(Operation operation)
    {
        var path = operation.Route.Path;
        var inPath = operation.Parameters
            .FirstOrDefault(parameter => path.Contains('{' + parameter.Name + '}', StringComparison.Ordinal));
        if (inPath is not null)
            path = path.Replace('{' + inPath.Name + '}', "{id}", StringComparison.Ordinal);
        var sources = operation.Parameters.Select(parameter =>
            parameter == inPath ? Source.Path
            : parameter.Header is not null ? Source.Header
            : operation.Route.Verb == HttpMethods.Get ? Source.Query
            : Source.Body);
        yield return new OperationRoute(
            operation.Route.Verb, "/api/" + path, operation.Route.Action, operation, [.. sources])
        {
            Selector = operation.Route.Selector,
        };
    }

    public override string? TokenOf(HttpRequest request) => request.Headers["vmware-api-session-id"];

    public override void Print(HttpContext http, Operation operation, object? value)
    {
        http.Response.StatusCode = operation.Route.Status;
        if (value is not null)
        {
            JsonResponse.Write(http.Response, (operation.Output, value), static (json, answer) =>
                JsonOutput.Write(json, answer.Output, answer.value));
        }
    }

    public override void Print(HttpContext http, VapiError error)
    {
        ErrorHeaders.Write(http.Response, error);
        JsonResponse.Write(http.Response, error, static (json, error) =>
        {
            json.WriteStartObject();
            if (error.Challenge is not null)
                json.WriteString("challenge", error.Challenge);
            JsonOutput.WriteFields(json, VapiError.Shape, error);
            json.WriteEndObject();
        });
    }

    protected override ValueTask<(InputBody? Body, VapiError? Error)> ReadBody(HttpRequest request) =>
        RequestBody.ReadJson(request);

    /// <summary>Whether an input is the whole body: a structure that is the only thing in it.</summary>
    public static bool IsWholeBody(OperationRoute route, Parameter parameter) =>
        parameter.Type is VapiType.Structure && route.Sources.Count(source => source == Source.Body) == 1;

    protected override bool TryReadFromBody(
        InputBody? body, OperationRoute route, Parameter parameter, out object? value)
    {
        value = null;
        if (body is null)
            return true;
        return IsWholeBody(route, parameter)
            ? JsonInput.TryRead(body.Json.RootElement, parameter.Type, body.IsText, out value)
            : body.TryReadMember(parameter.Name, parameter.Type, out value);
    }
}
