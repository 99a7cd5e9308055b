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
        Console.WriteLine(Commands(app.Urls.First(), user.Name == user.Password ? $"{user.Name}:{user.Password}" : user.Name));
    }

    /// <summary>A password that differs from the user's name is not printed: curl prompts for it.</summary>
    static string Commands(string url, string user) => $"""

        Sessions listens on {url}. Try:

          TOKEN=$(curl -s -X POST -u {user} {url}/api/session | tr -d '"')
          curl -s -H "vmware-api-session-id: $TOKEN" {url}/api/content/library
          curl -s -H "vmware-api-session-id: $TOKEN" {url}/api/content/library/item/download-session

        or, in a browser, {url}/docs

        Ctrl-C stops it.
        """;

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Limits:Connections is {Connections}, but downloads over all of them need more than the {Files} files "
            + "that this process may open")]
    static partial void LogFewFiles(ILogger logger, long connections, long? files);

    [LoggerMessage(Level = LogLevel.Information, Message = "Accepting at most {Connections} connections")]
    static partial void LogConnections(ILogger logger, long connections);

    [LoggerMessage(Level = LogLevel.Information, Message = "Listening on {Url}")]
    static partial void LogListening(ILogger logger, string url);
}
