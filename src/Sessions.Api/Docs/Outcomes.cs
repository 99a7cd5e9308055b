using System.Globalization;
using Microsoft.OpenApi;
using Sessions.Api.Vapi;
using Sessions.Api.Vapi.Dialects;

namespace Sessions.Api.Docs;

/// <summary>
/// The responses of one or more operations that share a path and a method: their answers, and every error by its status.
/// </summary>
internal static class Outcomes
{
    public static OpenApiResponses Of(OperationRoute[] ways, Schemas schemas)
    {
        var responses = new OpenApiResponses();
        foreach (var sameStatus in ways.Select(way => way.Operation).GroupBy(operation => operation.Route.Status))
        {
            var outputs = sameStatus.Select(operation => operation.Output).Distinct().Where(output => output is not VapiType.Void);
            responses[Text(sameStatus.Key)] = Response("Done.", [.. outputs.Select(schemas.Of)]);
        }

        var errors = ways.SelectMany(ErrorsOf).Distinct().GroupBy(error => error.Status).OrderBy(status => status.Key);
        foreach (var sameStatus in errors)
        {
            ErrorType[] types = [.. sameStatus.Select(error => error.Type)];
            responses[Text(sameStatus.Key)] = Response(
                string.Join(" or ", types.Select(type => type.Name)), [.. types.Select(schemas.Of)]);
        }

        return responses;
    }

    /// <summary>Its own errors, those of its inputs, and those that any call may get.</summary>
    static IEnumerable<(int Status, ErrorType Type)> ErrorsOf(OperationRoute way)
    {
        foreach (var error in way.Operation.Errors)
            yield return (error.Status, error);

        // An input in the path is an id, and an id of another form names nothing: it is not found.
        if (way.Sources.Any(source => source is not Source.Path))
            yield return (ErrorType.InvalidArgument.Status, ErrorType.InvalidArgument);

        // The server reads a body, and it must be well-formed even where the operation takes nothing from it.
        if (way.Verb != HttpMethods.Get)
        {
            yield return (ErrorType.InvalidRequest.Status, ErrorType.InvalidRequest);
            yield return (StatusCodes.Status408RequestTimeout, ErrorType.InvalidRequest);
            yield return (StatusCodes.Status413PayloadTooLarge, ErrorType.InvalidRequest);
            yield return (StatusCodes.Status415UnsupportedMediaType, ErrorType.InvalidRequest);
        }

        // For an action that the path does not have, or none where it needs one.
        yield return (ErrorType.OperationNotFound.Status, ErrorType.OperationNotFound);
        yield return (ErrorType.Unauthenticated.Status, ErrorType.Unauthenticated);
        yield return (ErrorType.InternalServerError.Status, ErrorType.InternalServerError);
        yield return (StatusCodes.Status429TooManyRequests, ErrorType.ServiceUnavailable);
        yield return (ErrorType.ServiceUnavailable.Status, ErrorType.ServiceUnavailable);
    }

    static OpenApiResponse Response(string description, IOpenApiSchema[] bodies) => new()
    {
        Description = description,
        Content = bodies switch
        {
            [] => null,
            [var only] => Inputs.Json(only),
            _ => Inputs.Json(new OpenApiSchema { OneOf = bodies }),
        },
    };

    static string Text(int status) => status.ToString(CultureInfo.InvariantCulture);
}
