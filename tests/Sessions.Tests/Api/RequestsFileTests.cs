using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Api.Audit;
using Sessions.Api.Vapi;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

/// <summary>The file of requests that editors can send.</summary>
public sealed class RequestsFileTests(SessionsApp app) : IClassFixture<SessionsApp>
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    [Fact]
    public void It_has_every_operation()
    {
        var requests = File.ReadAllText(Repository.PathOf("requests", "sessions.http"));
        IEnumerable<Operation> operations =
        [
            .. app.Services.GetRequiredService<IReadOnlyList<Operation>>(),
            .. app.Services.GetRequiredService<AuditOperations>().All,
        ];

        operations
            .Where(operation => !Regex.IsMatch(
                requests, FormOf(operation.Route), RegexOptions.Multiline | RegexOptions.ExplicitCapture, Patience))
            .Select(operation => operation.FullName)
            .ShouldBeEmpty();
    }

    /// <summary>A route's pattern: any path parameters, and the query that selects the operation.</summary>
    static string FormOf(HttpRoute route)
    {
        var path = string.Join('/', route.Path.Split('/').Select(part => part.StartsWith('{') ? @"[^/?\s]+" : Regex.Escape(part)));
        var query = route.Action is { } action ? @"\?action=" + Regex.Escape(action)
            : route.Selector is { } selector ? @"\?" + Regex.Escape(selector) + "="
            : @"(\?(?!action=)|$)";
        return $@"^{route.Verb} \{{\{{url\}}\}}/api/{path}{query}";
    }
}
