namespace Sessions.Api.Vapi.Dialects;

/// <summary>
/// The dialect of vSphere 6.0 to 7.0: every input by its name, every result in <c>value</c>, in JSON or in XML. Its paths
/// follow from the names of service and operation, so no operation defines them.
/// </summary>
/// <remarks>
/// It is served at <c>/rest/com/vmware/…</c> (6.5 and later) and at <c>/com/vmware/…</c> (2014). Each operation can also be
/// called as a POST with its name as action, with the id in the path or with all inputs in the body or in the query, as the
/// documents of 2014 have it.
/// </remarks>
internal sealed class RestDialect : Dialect
{
    static readonly string[] Prefixes = ["/rest/", "/"];

    public override string Name => "rest";

    public override string ActionName => "~action";

    public override IEnumerable<OperationRoute> RoutesOf(Operation operation) =>
        from prefix in Prefixes
        from route in RoutesBelow(prefix + PathOf(operation.Service), operation)
        select route;

    public override string? TokenOf(HttpRequest request) =>
        request.Headers["vmware-api-session-id"] is [{ Length: > 0 } token]
            ? token
            : request.Cookies["vmware-api-session-id"];

    public override void Print(HttpContext http, Operation operation, object? value)
    {
        // Clients that keep cookies need not keep the token; this header says that a client keeps it.
        if (operation.IsLogin && !http.Request.Headers.ContainsKey("vmware-use-header-authn"))
        {
            http.Response.Cookies.Append("vmware-api-session-id", (string)value!, new()
            {
                HttpOnly = true,
                Secure = http.Request.IsHttps,
                // A browser sends cookies by itself, and must not send this one for a page of another site.
                SameSite = SameSiteMode.Strict,
                Path = "/",
            });
        }

        if (value is null)
            return;
        if (XmlResponse.IsWanted(http.Request))
        {
            XmlResponse.Write(http.Response, operation, value);
            return;
        }

        JsonResponse.Write(http.Response, (operation.Output, value), static (json, answer) =>
        {
            json.WriteStartObject();
            json.WritePropertyName("value");
            JsonOutput.Write(json, answer.Output, answer.value);
            json.WriteEndObject();
        });
    }

    public override void Print(HttpContext http, VapiError error)
    {
        ErrorHeaders.Write(http.Response, error);
        if (XmlResponse.IsWanted(http.Request))
        {
            XmlResponse.Write(http.Response, error);
            return;
        }

        JsonResponse.Write(http.Response, error, static (json, error) =>
        {
            json.WriteStartObject();
            json.WriteString("type", error.Type.FullName);
            json.WritePropertyName("value");
            JsonOutput.Write(json, VapiError.Shape, error);
            json.WriteEndObject();
        });
    }

    protected override async ValueTask<(InputBody? Body, VapiError? Error)> ReadBody(HttpRequest request)
    {
        var (body, error) = await (XmlInput.IsXml(request.ContentType)
            ? RequestBody.Read(request, XmlInput.Parse)
            : RequestBody.ReadJson(request));
        if (error is not null || body is { SaysAnything: true })
            return (body, error);

        // A client that sends an empty body, or none, may have all inputs in the query.
        body?.Dispose();
        return (QueryInput.Parse(request.Query), null);
    }

    protected override bool TryReadFromBody(
        InputBody? body, OperationRoute route, Parameter parameter, out object? value)
    {
        value = null;
        return body is null || body.TryReadMember(parameter.Name, parameter.Type, out value);
    }

    /// <summary>The service's name with slashes for its dots and dashes for its underscores.</summary>
    static string PathOf(string service) =>
        service.Replace('.', '/').Replace('_', '-');

    static IEnumerable<OperationRoute> RoutesBelow(string path, Operation operation)
    {
        var action = operation.Name.Replace('_', '-');
        var hasId = operation.Parameters is [var first, ..] && first.Name.EndsWith("_id", StringComparison.Ordinal);
        var isAlone = operation.Parameters.Count == (hasId ? 1 : 0);
        var one = path + "/id:{id}";
        switch (operation.Name)
        {
            case "create":
                yield return Route(HttpMethods.Post, path, null, inPath: false);
                break;
            case "list":
                yield return Route(HttpMethods.Get, path, null, inPath: false);
                break;
            case "get" when hasId && isAlone:
                yield return Route(HttpMethods.Get, one, null, inPath: true);
                break;
            case "delete" when isAlone:
                yield return Route(HttpMethods.Delete, hasId ? one : path, null, inPath: hasId);
                break;
        }

        yield return Route(HttpMethods.Post, path, action, inPath: false);
        if (hasId)
            yield return Route(HttpMethods.Post, one, action, inPath: true);

        OperationRoute Route(string verb, string at, string? query, bool inPath) =>
            new(verb, at, query, operation, [.. operation.Parameters.Select((_, i) =>
                inPath && i == 0 ? Source.Path
                : verb == HttpMethods.Get ? Source.Query
                : Source.Body)]);
    }
}
