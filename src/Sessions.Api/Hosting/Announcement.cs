using Sessions.Api.Access;
using Sessions.Api.Workers;

namespace Sessions.Api.Hosting;

/// <summary>Reports that the server has started: where it listens and, in development, which commands to try.</summary>
internal static partial class Announcement
{
    public static void AnnounceOnStart(this WebApplication app, LimitOptions limits, UserSettings user) =>
        app.Lifetime.ApplicationStarted.Register(() =>
        {
            if (limits.ConnectionsHeld > OpenFiles.ConnectionsMost())
                LogFewFiles(app.Logger, limits.ConnectionsHeld, OpenFiles.Max());
            LogConnections(app.Logger, limits.ConnectionsHeld);
            foreach (var url in app.Urls)
                LogListening(app.Logger, url);
            if (app.Environment.IsDevelopment())
                _ = OfferCommands(app, user);
        });

    /// <summary>Waits until the commands work, so that a developer who copies one at once does not get a 503.</summary>
    static async Task OfferCommands(WebApplication app, UserSettings user)
    {
        await app.Services.GetRequiredService<DatabaseReadiness>().Ready;
        Console.WriteLine(Commands(Reachable(app.Urls.First()), user.Name == user.Password ? $"{user.Name}:{user.Password}" : user.Name));
    }

    /// <summary>An address to call: a server that listens on all of the machine's is reached as <c>localhost</c>.</summary>
    internal static string Reachable(string url) =>
        new Uri(url) is { Host: "[::]" or "0.0.0.0" } any ? $"{any.Scheme}://localhost:{any.Port}" : url;

    /// <summary>A password that differs from the user's name is not printed: curl prompts for it.</summary>
    internal static string Commands(string url, string user) => $"""

        Sessions listens on {url}. Try:

          TOKEN=$({Curl(url)} -X POST -u {user} {url}/api/session | tr -d '"')
          {Curl(url)} -H "vmware-api-session-id: $TOKEN" {url}/api/content/library
          {Curl(url)} -H "vmware-api-session-id: $TOKEN" {url}/api/content/library/item/download-session

        or, in a browser, {url}/docs

        Ctrl-C stops it.
        """;

    /// <summary>A developer's certificate is seldom one that curl trusts.</summary>
    static string Curl(string url) => url.StartsWith("https", StringComparison.Ordinal) ? "curl -sk" : "curl -s";

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Limits:Connections is {Connections}, but downloads over all of them need more than the {Files} files "
            + "that this process may open")]
    static partial void LogFewFiles(ILogger logger, long connections, long? files);

    [LoggerMessage(Level = LogLevel.Information, Message = "Accepting at most {Connections} connections")]
    static partial void LogConnections(ILogger logger, long connections);

    [LoggerMessage(Level = LogLevel.Information, Message = "Listening on {Url}")]
    static partial void LogListening(ILogger logger, string url);
}
