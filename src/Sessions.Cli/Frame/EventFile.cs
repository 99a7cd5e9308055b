using System.Runtime.CompilerServices;
using System.Text;
using Sessions.Storage.Log;

namespace Sessions.Cli.Frame;

/// <summary>
/// Events from an exported file. Whether the file is whole is for <c>verify</c> to say: a developer may have
/// cut a few lines out of one.
/// </summary>
internal static class EventFile
{
    /// <summary>How the lines begin that are no events: seals, and the manifest at the end.</summary>
    static readonly string[] OtherStarts = ["{\"seal\":", "{\"manifest\":"];

    /// <summary>The file's events, in its order, without holding them all.</summary>
    /// <exception cref="CommandException">A line is not an event; says which.</exception>
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
