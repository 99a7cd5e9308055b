using System.Globalization;

namespace Sessions.Bench;

/// <summary>
/// How long processes have been on a processor. Unlike throughput, this hardly depends on what else the
/// machine does, so it shows small changes of a program even on a busy machine.
/// </summary>
internal static class ProcessorTime
{
    /// <summary>Linux counts in hundredths of a second, whatever the kernel's own clock is.</summary>
    static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    /// <summary>Of one process.</summary>
    public static TimeSpan Of(int process) =>
        Read(process) is { } times ? times.Own : TimeSpan.Zero;

    /// <summary>Of a process and all that it started, including those that have ended.</summary>
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
            // The second field is the program's name in brackets, which may itself hold spaces and brackets.
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
