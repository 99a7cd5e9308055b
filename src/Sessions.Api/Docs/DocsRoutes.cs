using Sessions.Api.Audit;
using Sessions.Api.Vapi;

namespace Sessions.Api.Docs;

/// <summary>
/// The description of the API at <c>/openapi/v1.json</c>, and a page to try it at <c>/docs</c>. Neither needs a login: they
/// say what the API is, not what is in it.
/// </summary>
internal static class DocsRoutes
{
    const string DescriptionPath = "/openapi/v1.json";

    /// <summary>
    /// The page loads files from this server alone, and the browser enforces that. The page itself sets styles in
    /// attributes, and its styles have images in data URLs.
    /// </summary>
    const string NothingRemote = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:";

    public static void MapDocs(this IEndpointRouteBuilder routes)
    {
        Operation[] operations =
        [
            .. routes.ServiceProvider.GetRequiredService<IReadOnlyList<Operation>>(),
            .. routes.ServiceProvider.GetRequiredService<AuditOperations>().All,
        ];
        // Made once, at the first request, and not on the thread that other requests arrive on.
        var description = new Lazy<Task<byte[]>>(() => Task.Run(() => ApiDescription.Write(operations)));
        routes.MapGet(DescriptionPath, async http =>
        {
            var json = await description.Value;
            http.Response.ContentType = "application/json";
            http.Response.ContentLength = json.Length;
            await http.Response.Body.WriteAsync(json, http.RequestAborted);
        });
        routes.MapSwaggerUI("docs", ui =>
        {
            ui.SwaggerEndpoint(DescriptionPath, "Sessions");
            ui.DocumentTitle = "Sessions";
            ui.DisplayOperationId();
            ui.EnableTryItOutByDefault();
        }).Add(endpoint =>
        {
            var page = endpoint.RequestDelegate!;
            endpoint.RequestDelegate = http =>
            {
                http.Response.Headers.ContentSecurityPolicy = NothingRemote;
                return page(http);
            };
        });
    }
}
