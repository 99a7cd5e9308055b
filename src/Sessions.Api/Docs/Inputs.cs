using Microsoft.OpenApi;
using Sessions.Api.Vapi;
using Sessions.Api.Vapi.Dialects;

namespace Sessions.Api.Docs;

/// <summary>
/// The inputs of one or more operations that share a path and a method: in the path, the query, the headers and the body.
/// An input is required only if all of the operations need it.
/// </summary>
internal static class Inputs
{
    public static IList<IOpenApiParameter> ParametersOf(OperationRoute[] ways, Schemas schemas)
    {
        var parameters = ways.SelectMany(WithSources)
            .Where(input => input.Source != Source.Body)
            .GroupBy(input => input.Parameter.Name, StringComparer.Ordinal)
            .Select(same => Parameter(same.First(), schemas, isRequired: same.Count(input => !input.Parameter.IsOptional) == ways.Length));
        string[] actions = [.. ways.Select(way => way.Action).OfType<string>()];
        return actions.Length == 0 ? [.. parameters] : [.. parameters, new OpenApiParameter
        {
            In = ParameterLocation.Query,
            Name = "action",
            Required = actions.Length == ways.Length,
            Schema = Schemas.OneOf(actions),
        }];
    }

    public static IOpenApiRequestBody? BodyOf(OperationRoute[] ways, Schemas schemas)
    {
        OperationRoute[] withBody = [.. ways.Where(way => way.Sources.Contains(Source.Body))];
        if (withBody.Length == 0)
            return null;

        IOpenApiSchema[] bodies = [.. withBody.Select(way => Body(way, schemas))];
        return new OpenApiRequestBody
        {
            Required = ways.All(way => WithSources(way).Any(input => input is { Source: Source.Body, Parameter.IsOptional: false })),
            // AnyOf and not OneOf: each operation accepts the others' bodies too, and ignores what is in them.
            Content = Json(bodies is [var only] ? only : new OpenApiSchema { AnyOf = bodies }),
        };
    }

    /// <summary>A body of JSON, the only media type of the dialect.</summary>
    public static Dictionary<string, OpenApiMediaType> Json(IOpenApiSchema schema) =>
        new(StringComparer.Ordinal) { ["application/json"] = new OpenApiMediaType { Schema = schema } };

    static OpenApiParameter Parameter((Parameter Parameter, Source Source) input, Schemas schemas, bool isRequired) => new()
    {
        In = input.Source switch
        {
            Source.Path => ParameterLocation.Path,
            Source.Header => ParameterLocation.Header,
            _ => ParameterLocation.Query,
        },
        Name = input.Source == Source.Header ? input.Parameter.Header! : input.Parameter.Name,
        Required = isRequired,
        Schema = schemas.Of(input.Parameter.Type),
    };

    static IOpenApiSchema Body(OperationRoute way, Schemas schemas)
    {
        Parameter[] parameters = [.. WithSources(way).Where(input => input.Source == Source.Body).Select(input => input.Parameter)];
        if (parameters is [var only] && ModernDialect.IsWholeBody(way, only))
            return schemas.Of(only.Type);
        var body = schemas.Object(parameters.Select(parameter => (parameter.Name, parameter.Type, parameter.IsOptional)));
        body.Title = way.Operation.Name;
        return body;
    }

    static IEnumerable<(Parameter Parameter, Source Source)> WithSources(OperationRoute way) =>
        way.Operation.Parameters.Zip(way.Sources);
}
