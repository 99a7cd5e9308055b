using System.Runtime.CompilerServices;
using System.Text;
using Sessions.Storage.Log;

namespace Sessions.Cli.Frame;

/// <summary>
/// Events from an exported file. It may be incomplete, which only <c>verify</c> checks: a developer may have cut a
/// few lines out of it.
/// </summary>
internal static class EventFile
{
    /// <summary>How lines without an event begin: seals, and the manifest at the end.</summary>
    static readonly string[] OtherStarts = ["{\"seal\":", "{\"manifest\":"];

    /// <summary>The file's events, in its order, without holding all of them in memory.</summary>
    /// <exception cref="CommandException">A line is not an event; the message says which.</exception>
    public static async IAsyncEnumerable<LoggedEvent> Read(
        string path, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var number = 0;
        await foreach (var line in File.ReadLinesAsync(path, cancellation))
        {
            number++;
            if (line.Length > 0 && !OtherStarts.Any(start => line.StartsWith(start, StringComparison.Ordinal)))
                yield return Parse(path, number, line);
        }
    }

    static LoggedEvent Parse(string path, int number, string line)
    {
        try
        {
            return EventLine.Read(Encoding.UTF8.GetBytes(line)).Event;
        }
        catch (FormatException unreadable)
        {
            throw new CommandException(ExitCode.Usage, $"{path}, line {number}: {unreadable.Message}");
        }
    }
}
