using System.Globalization;
using Sessions.Projections.Rebuilding;

namespace Sessions.Cli.Frame;

/// <summary>Shows at a terminal how far a rebuild is: a bar, the rate and the time left, overwritten in place.</summary>
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
