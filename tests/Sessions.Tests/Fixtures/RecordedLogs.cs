using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Sessions.Tests.Fixtures;

/// <summary>Keeps what a server logs, with the exceptions in it.</summary>
public sealed class RecordedLogs : ILoggerProvider
{
    readonly ConcurrentQueue<(LogLevel Level, string Text)> lines = new();

    public IReadOnlyList<string> Of(LogLevel level) =>
        [.. lines.Where(line => line.Level == level).Select(line => line.Text)];

    public ILogger CreateLogger(string categoryName) => new Logger(lines);

    public void Dispose()
    {
    }

    sealed class Logger(ConcurrentQueue<(LogLevel Level, string Text)> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            lines.Enqueue((logLevel, $"{formatter(state, exception)} {exception}"));
    }
}
