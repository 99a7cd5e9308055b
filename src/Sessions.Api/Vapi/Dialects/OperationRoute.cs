using System.Collections.Immutable;

namespace Sessions.Api.Vapi.Dialects;

/// <summary>One way to an operation: what the request looks like, and where its inputs are.</summary>
/// <param name="Verb">The HTTP method.</param>
/// <param name="Path">The route's template; a parameter in it is called <c>id</c>.</param>
/// <param name="Action">The action that the query names, or null.</param>
/// <param name="Operation">What is called.</param>
/// <param name="Sources">Where each of its parameters is.</param>
internal sealed record OperationRoute(
    string Verb, string Path, string? Action, Operation Operation, ImmutableArray<Source> Sources)
{
    /// <summary>A query input whose presence selects this route, or null.</summary>
    public string? Selector { get; init; }
}
