using System.Diagnostics;
using Sessions.Api.Vapi;
using Sessions.Storage.Log;

namespace Sessions.Api.Access;

/// <summary>Who is logged in.</summary>
/// <param name="Token">The token that he shows.</param>
/// <param name="User">Who he is.</param>
internal sealed record Caller(string Token, User User)
{
    public string Name => User.Name;

    public bool IsAdministrator => User.Has(Roles.Administrator);

    /// <summary>Whether he may know where content lies.</summary>
    public bool MayReadStorage => User.Has(Roles.ReadStorage);

    /// <summary>Who caused an event, and by which way, for the record.</summary>
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
    /// The request's W3C trace parent, if it has one of the form that the standard fixes; else the span that
    /// this server itself began for it, where traces are recorded.
    /// </summary>
    public static string? TraceParentOf(HttpRequest request) =>
        request.Headers.TraceParent is [{ Length: 55 } traceParent] && traceParent.All(c => char.IsAsciiHexDigitLower(c) || c == '-')
            ? traceParent
            : Activity.Current is { Recorded: true, IdFormat: ActivityIdFormat.W3C, Id: { } own } ? own : null;
}
