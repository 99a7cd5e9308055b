using System.Diagnostics;
using System.Globalization;

namespace Sessions.Cli.Frame;

/// <summary>Shows at a terminal how far a long command is, on one line that is overwritten. A pipe gets nothing.</summary>
/// <param name="terminal">Where it is shown.</param>
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

    /// <summary>Ends the line, so that later output begins on a new one.</summary>
    public void Dispose()
    {
        if (told > TimeSpan.Zero)
            terminal.Error.WriteLine();
    }
}
