using System.Diagnostics;
using Sessions.Api.Vapi;
using Sessions.Storage.Log;

namespace Sessions.Api.Access;

/// <summary>Who is logged in.</summary>
/// <param name="Token">The token of the login.</param>
/// <param name="User">The user who logged in.</param>
internal sealed record Caller(string Token, User User)
{
    public string Name => User.Name;

    public bool IsAdministrator => User.Has(Roles.Administrator);

    /// <summary>Whether the caller may know where content lies.</summary>
    public bool MayReadStorage => User.Has(Roles.ReadStorage);

    /// <summary>Who caused an event, and how, for the record.</summary>
    public Provenance ProvenanceOf(Call call, string node) =>
        new(
            call.Origin,
            Name,
            User.Roles.IsEmpty ? null : User.Roles,
            ClientAddress.Of(call.Http),
            TraceParentOf(call.Http.Request),
            node)
        {
            MayReadStorage = MayReadStorage,
        };

    /// <summary>
    /// The request's W3C <c>traceparent</c>, if it has the form that the standard prescribes; else the span that this
    /// server has begun for the request, if traces are recorded.
    /// </summary>
    public static string? TraceParentOf(HttpRequest request) =>
        request.Headers.TraceParent is [{ Length: 55 } traceParent] && traceParent.All(c => char.IsAsciiHexDigitLower(c) || c == '-')
            ? traceParent
            : Activity.Current is { Recorded: true, IdFormat: ActivityIdFormat.W3C, Id: { } own } ? own : null;
}
