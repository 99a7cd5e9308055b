using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Api.Downloads;
using Sessions.Domain;

namespace Sessions.Tests.Fixtures;

/// <summary>
/// Adds headers to every answer with the values that the server would use for this request: a link, a thumbprint, and
/// the client's address for the record.
/// </summary>
sealed class EchoedLink : IStartupFilter
{
    public const string Link = "X-Test-Link";
    public const string Thumbprint = "X-Test-Thumbprint";
    public const string Address = "X-Test-Address";

    public static readonly SessionAddress Session = new(new SessionId(Guid.CreateVersion7()), "ana");

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        var links = app.ApplicationServices.GetRequiredService<DownloadLinks>();
        app.Use(async (http, then) =>
        {
            http.Response.OnStarting(() =>
            {
                http.Response.Headers[Link] = links.LinkTo(http.Request, Session, "disk 1.vmdk").AbsoluteUri;
                http.Response.Headers[Thumbprint] = DownloadLinks.ThumbprintOf(http);
                http.Response.Headers[Address] = http.Connection.RemoteIpAddress?.ToString();
                return Task.CompletedTask;
            });
            await then(http);
        });
        next(app);
    };
}
