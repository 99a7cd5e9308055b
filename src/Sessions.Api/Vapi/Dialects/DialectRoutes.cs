using Sessions.Api.Access;

namespace Sessions.Api.Vapi.Dialects;

/// <summary>Puts every operation where each dialect has it. Adding an operation touches no dialect.</summary>
internal static class DialectRoutes
{
    public static void MapDialects(this IEndpointRouteBuilder routes)
    {
        var operations = routes.ServiceProvider.GetRequiredService<IReadOnlyList<Operation>>();
        var logins = routes.ServiceProvider.GetRequiredService<Logins>();
        var answering = routes.ServiceProvider.GetRequiredService<Answering>();
        var modern = new ModernDialect();
        Dialect[] dialects = [modern, new RestDialect()];
        foreach (var dialect in dialects)
        {
            foreach (var path in operations.SelectMany(dialect.RoutesOf).GroupBy(route => route.Path, StringComparer.Ordinal))
                routes.Map(path.Key, new OperationGate(dialect, [.. path], logins, answering).Handle);
        }

        routes.MapPost("/api", new JsonRpcDialect(operations, logins, answering).Handle);
        foreach (var dialect in dialects.Reverse())
            routes.MapFallback(dialect is RestDialect ? "/rest/{**path}" : "{**path}", dialect.AnswerUnknown);
        routes.MapFallback("/com/{**path}", dialects[1].AnswerUnknown);
    }

    static Task AnswerUnknown(this Dialect dialect, HttpContext http)
    {
        dialect.Print(http, Errors.UnknownOperation());
        return Task.CompletedTask;
    }
}
