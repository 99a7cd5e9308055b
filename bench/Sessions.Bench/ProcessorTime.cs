using System.Globalization;

namespace Sessions.Bench;

/// <summary>
/// How long processes have been on a processor. Unlike throughput it hardly depends on what else the
/// machine does, so it shows small changes of a program on a machine that is not quiet.
/// </summary>
internal static class ProcessorTime
{
    /// <summary>Linux counts in hundredths of a second, whatever the kernel's own clock is.</summary>
    static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    /// <summary>Of one process.</summary>
    public static TimeSpan Of(int process) =>
        Read(process) is { } times ? times.Own : TimeSpan.Zero;

    /// <summary>Of a process and of all that it started, also of those that have ended.</summary>
    public static TimeSpan OfTree(int process)
    {
        var sum = TimeSpan.Zero;
        if (Read(process) is { } root)
            sum += root.Own + root.Ended;
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var child)
                && Read(child) is { } times && times.Parent == process)
            {
                sum += times.Own;
            }
        }

        return sum;
    }

    /// <summary>Null when the process has just ended.</summary>
    static (int Parent, TimeSpan Own, TimeSpan Ended)? Read(int process)
    {
        try
        {
            // The second field is a name in brackets, with whatever is in it.
            var text = File.ReadAllText($"/proc/{process}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return (Number(fields[1]), Tick * (Number(fields[11]) + Number(fields[12])),
                Tick * (Number(fields[13]) + Number(fields[14])));
        }
        catch (IOException)
        {
            return null;
        }
    }

    static int Number(string field) => int.Parse(field, CultureInfo.InvariantCulture);
}
