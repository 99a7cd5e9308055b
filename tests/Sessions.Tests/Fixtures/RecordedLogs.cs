using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Sessions.Tests.Fixtures;

/// <summary>Keeps what a server logs, with the exceptions in it.</summary>
public sealed class RecordedLogs : ILoggerProvider
{
    readonly ConcurrentQueue<(LogLevel Level, string Text)> lines = new();
    readonly SemaphoreSlim added = new(0);

    public IReadOnlyList<string> Of(LogLevel level) =>
        [.. lines.Where(line => line.Level == level).Select(line => line.Text)];

    /// <summary>Waits for the first line of a level and returns it.</summary>
    public async Task<string> First(LogLevel level)
    {
        using var patience = new CancellationTokenSource(StoreSentences.Patience);
        while (Of(level) is [])
            await added.WaitAsync(patience.Token);
        return Of(level)[0];
    }

    public ILogger CreateLogger(string categoryName) => new Logger<object>(this);

    /// <summary>A logger for one component, for a test that creates the component itself.</summary>
    public ILogger<T> For<T>() => new Logger<T>(this);

    public void Dispose()
    {
    }

    void Add(LogLevel level, string text)
    {
        lines.Enqueue((level, text));
        added.Release();
    }

    sealed class Logger<T>(RecordedLogs logs) : ILogger<T>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            logs.Add(logLevel, $"{formatter(state, exception)} {exception}");
    }
}
