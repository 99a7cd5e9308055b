using Microsoft.Extensions.Logging;

namespace Sessions.Content;

/// <summary>Every line that the content library logs.</summary>
internal static partial class LogMessages
{
    [LoggerMessage(LogLevel.Information,
        "The content library at {Root} has changed: {Libraries} libraries, {Items} items.")]
    public static partial void CatalogChanged(this ILogger logger, string root, int libraries, int items);

    [LoggerMessage(LogLevel.Error,
        "The content library at {Root} could not be read: {Reason} The server still serves what it knew before.")]
    public static partial void ScanFailed(this ILogger logger, string root, string reason, Exception? trace);

    [LoggerMessage(LogLevel.Error, "The content library at {Root} cannot be read, so the server has no library until it can be: {Reason}")]
    public static partial void NeverScanned(this ILogger logger, string root, string reason, Exception? trace);

    [LoggerMessage(LogLevel.Warning,
        "{Path} could not be read and is left out of the content library until it can be.")]
    public static partial void Unreadable(this ILogger logger, string path, Exception exception);

    [LoggerMessage(LogLevel.Information, "{Path} can be read again.")]
    public static partial void ReadableAgain(this ILogger logger, string path);

    [LoggerMessage(LogLevel.Warning,
        "Notifications of changes in {Root} were lost. The server reads the folder again and restarts its watch.")]
    public static partial void WatcherFailed(this ILogger logger, string root, Exception exception);

    [LoggerMessage(LogLevel.Warning,
        "{Root} cannot be watched: {Reason} The server reads it again every {Interval} instead.")]
    public static partial void CannotWatch(
        this ILogger logger, string root, TimeSpan interval, string reason);
}
