using Microsoft.OpenApi;
using Sessions.Api.Vapi;
using Sessions.Api.Vapi.Dialects;

namespace Sessions.Api.Docs;

/// <summary>The modern dialect as OpenAPI describes it, made from the table of operations.</summary>
/// <remarks>
/// OpenAPI has one operation for a path and a method, where the API may have several, told apart by the
/// query: <c>?action=cancel</c>, or whether a file's name is given. They are published as one, whose
/// description lists them. The vendor writes the query into the path instead, which no version of OpenAPI
/// allows: the page at <c>/docs</c> then leaves the path's own parameters unfilled, and cannot be tried.
/// </remarks>
internal sealed class ApiDescription
{
    const string LoginScheme = "basic";
    const string TokenScheme = "session";

    readonly ModernDialect dialect = new();
    readonly OpenApiDocument document = new()
    {
        Info = new OpenApiInfo
        {
            Title = "Sessions",
            Version = "1.0",
            Description = "Download sessions of a content library. Log in at `POST /api/session` by `basic`; "
                + "the token that it answers is the value of `session` from then on.",
        },
        Paths = [],
        Tags = new HashSet<OpenApiTag>(),
    };
    readonly Schemas schemas;

    ApiDescription() => schemas = new Schemas(document);

    /// <summary>The description of these operations, as JSON.</summary>
    public static async Task<byte[]> Write(IEnumerable<Operation> operations)
    {
        using var json = new MemoryStream();
        await Of(operations).SerializeAsJsonAsync(json, OpenApiSpecVersion.OpenApi3_0);
        return json.ToArray();
    }

    static OpenApiDocument Of(IEnumerable<Operation> operations)
    {
        var description = new ApiDescription();
        description.AddSecurity();
        foreach (var ways in operations.SelectMany(description.dialect.RoutesOf).GroupBy(WayOf))
            description.Add(ways.Key.Path, ways.Key.Verb, [.. ways]);
        return description.document;
    }

    void AddSecurity()
    {
        document.AddComponent<IOpenApiSecurityScheme>(LoginScheme, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "basic",
            Description = "A name and a password, for the login alone.",
        });
        document.AddComponent<IOpenApiSecurityScheme>(TokenScheme, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Header,
            Name = "vmware-api-session-id",
            Description = "The token that the login answered.",
        });
        document.Security = [Requires(TokenScheme)];
    }

    static (string Path, string Verb) WayOf(OperationRoute way) => ("/api/" + way.Operation.Route.Path, way.Verb);

    void Add(string path, string verb, OperationRoute[] ways)
    {
        if (!document.Paths.TryGetValue(path, out var item))
            document.Paths.Add(path, item = new OpenApiPathItem());
        ((OpenApiPathItem)item).AddOperation(HttpMethod.Parse(verb), Describe(ways));
    }

    OpenApiOperation Describe(OperationRoute[] ways)
    {
        var first = ways[0].Operation;
        var tag = Schemas.ShortName(first.Service);
        document.Tags!.Add(new OpenApiTag { Name = tag });
        return new OpenApiOperation
        {
            OperationId = $"{tag}.{string.Join("_or_", ways.Select(way => way.Operation.Name))}",
            Summary = ways.Length == 1 ? first.Summary : string.Join(", ", ways.Select(way => way.Operation.Name)),
            Description = ways.Length == 1 ? null : string.Join('\n', ways.Select(LineOf)),
            Tags = new HashSet<OpenApiTagReference> { new(tag, document) },
            Parameters = Inputs.ParametersOf(ways, schemas),
            RequestBody = Inputs.BodyOf(ways, schemas),
            Responses = Outcomes.Of(ways, schemas),
            Security = first.IsLogin ? [Requires(LoginScheme)] : null,
        };
    }

    /// <summary>One of several operations: which part of the query selects it, what it does, and how it may fail.</summary>
    static string LineOf(OperationRoute way)
    {
        var chosenBy = way switch
        {
            { Action: { } action } => $"`?action={action}`",
            { Selector: { } selector } => $"`?{selector}=`",
            _ => "otherwise",
        };
        return $"- {chosenBy}: {way.Operation.Summary} ({string.Join(", ", way.Operation.Errors.Select(error => error.Name))})";
    }

    OpenApiSecurityRequirement Requires(string scheme) =>
        new() { [new OpenApiSecuritySchemeReference(scheme, document)] = [] };
}
