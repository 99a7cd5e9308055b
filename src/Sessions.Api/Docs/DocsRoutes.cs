using Sessions.Api.Audit;
using Sessions.Api.Vapi;

namespace Sessions.Api.Docs;

/// <summary>
/// The description of the API at <c>/openapi/v1.json</c>, and a page to try it at <c>/docs</c>. Both are
/// for everybody: they say what the API is, not what is in it.
/// </summary>
internal static class DocsRoutes
{
    const string DescriptionPath = "/openapi/v1.json";

    /// <summary>
    /// The page is made of files of this server alone, and the browser sees to it that it stays so. What
    /// it draws itself are styles in attributes, and images in the URLs of styles.
    /// </summary>
    const string NothingRemote = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:";

    public static void MapDocs(this IEndpointRouteBuilder routes)
    {
        Operation[] operations =
        [
            .. routes.ServiceProvider.GetRequiredService<IReadOnlyList<Operation>>(),
            .. routes.ServiceProvider.GetRequiredService<AuditOperations>().All,
        ];
        // Made once, by the first who asks, and not on the thread that other requests arrive on.
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
