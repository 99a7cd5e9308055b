using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Sessions.Content;

namespace Sessions.Tests.Content;

/// <summary>Keeps the lines that were logged.</summary>
sealed class RecordedLog : ILogger<ContentLibrary>
{
    readonly ConcurrentQueue<(LogLevel Level, string Text)> lines = new();

    public IEnumerable<string> Of(LogLevel level) =>
        lines.Where(line => line.Level == level).Select(line => line.Text);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter) =>
        lines.Enqueue((logLevel, formatter(state, exception)));
}
