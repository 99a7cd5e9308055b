using Sessions.Api.Audit;

namespace Sessions.Api.Vapi.Dialects;

/// <summary>
/// Maps every operation to its routes in each dialect, and this server's own operations to the modern dialect alone. Adding
/// an operation touches no dialect.
/// </summary>
internal static class DialectRoutes
{
    public static void MapDialects(this IEndpointRouteBuilder routes)
    {
        var operations = routes.ServiceProvider.GetRequiredService<IReadOnlyList<Operation>>();
        var own = routes.ServiceProvider.GetRequiredService<AuditOperations>();
        var admission = routes.ServiceProvider.GetRequiredService<Admission>();
        var answering = routes.ServiceProvider.GetRequiredService<Answering>();
        var modern = new ModernDialect();
        var rest = new RestDialect();
        foreach (var (dialect, spoken) in new (Dialect, IEnumerable<Operation>)[] { (modern, [.. operations, .. own.All]), (rest, operations) })
        {
            foreach (var path in spoken.SelectMany(dialect.RoutesOf).GroupBy(route => route.Path, StringComparer.Ordinal))
            {
                // A request that names the selecting input means that operation, so routes with a selector are tried first.
                OperationRoute[] ways = [.. path.OrderBy(route => route.Selector is null)];
                routes.Map(path.Key, new OperationGate(dialect, ways, admission, answering).Handle);
            }
        }

        var jsonRpc = new JsonRpcDialect(operations, admission, answering);
        routes.Map("/api", http =>
            HttpMethods.IsPost(http.Request.Method) ? jsonRpc.Handle(http) : Refuse(modern, http, Errors.WrongMethod(HttpMethods.Post)));

        // Explicit patterns, because the default one leaves out paths that look like files.
        routes.MapFallback("/rest/{**path}", http => Refuse(rest, http, Errors.UnknownOperation()));
        routes.MapFallback("/com/{**path}", http => Refuse(rest, http, Errors.UnknownOperation()));
        routes.MapFallback("{**path}", http => Refuse(modern, http, Errors.UnknownOperation()));

        Task Refuse(Dialect dialect, HttpContext http, VapiError error)
        {
            dialect.Print(http, admission.CountStranger(http) ?? error);
            return Task.CompletedTask;
        }
    }
}
