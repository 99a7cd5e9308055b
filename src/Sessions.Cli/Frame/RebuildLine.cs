using System.Globalization;
using Sessions.Projections.Rebuilding;

namespace Sessions.Cli.Frame;

/// <summary>How far a rebuild is, for somebody at a terminal: a bar, the rate and the time left, written over.</summary>
internal sealed class RebuildLine(Terminal terminal) : IProgress<RebuildProgress>
{
    const int Width = 30;

    /// <inheritdoc/>
    public void Report(RebuildProgress value)
    {
        if (!terminal.TellsProgress)
            return;
        var done = value.Total == 0 ? 1 : Math.Min(1, (double)value.Events / value.Total);
        var bar = new string('#', (int)(done * Width)).PadRight(Width, '.');
        terminal.Error.Write(string.Create(CultureInfo.InvariantCulture,
            $"\r[{bar}] {done:P0} {value.Step}: {value.Events:N0} of {value.Total:N0}, {value.Rate:N0} a second, {value.Left?.TotalSeconds ?? 0:N0} s left   "));
    }
}
