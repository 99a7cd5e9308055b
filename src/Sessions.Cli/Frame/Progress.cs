using System.Diagnostics;
using System.Globalization;

namespace Sessions.Cli.Frame;

/// <summary>Tells somebody at a terminal how far a long command is: one line that is written over. A pipe gets nothing.</summary>
/// <param name="terminal">Where.</param>
/// <param name="what">What is counted.</param>
internal sealed class Progress(Terminal terminal, string what) : IProgress<long>, IDisposable
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    readonly Stopwatch all = Stopwatch.StartNew();
    TimeSpan told;

    /// <inheritdoc/>
    public void Report(long value)
    {
        if (!terminal.TellsProgress || all.Elapsed - told < Pause)
            return;
        told = all.Elapsed;
        terminal.Error.Write(string.Create(
            CultureInfo.InvariantCulture, $"\r{value:N0} {what}, {value / told.TotalSeconds:N0} a second "));
    }

    /// <summary>Ends the line, so that what is written next has one of its own.</summary>
    public void Dispose()
    {
        if (told > TimeSpan.Zero)
            terminal.Error.WriteLine();
    }
}
