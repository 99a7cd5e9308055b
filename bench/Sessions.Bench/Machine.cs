using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Sessions.Bench;

/// <summary>The machine on which the figures were taken.</summary>
internal sealed record Machine(IReadOnlyList<(string What, string Is)> Lines)
{
    const int Flushes = 200;
    const int PageSize = 8192;

    /// <param name="cluster">The database that is measured.</param>
    /// <param name="folder">The folder whose disk is measured.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<Machine> Describe(Cluster cluster, string folder, CancellationToken cancellation)
    {
        var durability = await cluster.Ask<string>("""
            select string_agg(name || ' ' || current_setting(name), ', ' order by name)
            from pg_settings
            where name in ('fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers', 'max_wal_size')
            """, cancellation);
        var memory = KiB(Field("/proc/meminfo", "MemTotal")) / 1024 / 1024;
        var (disk, flush) = (new DriveInfo(folder).DriveFormat, FlushTime(folder).TotalMilliseconds);
        return new Machine(
        [
            ("processors", Text($"{Environment.ProcessorCount} × {Field("/proc/cpuinfo", "model name")}")),
            ("memory", Text($"{memory} GiB")),
            ("disk", Text($"{disk}; 8 kB written and flushed in {flush:F2} ms (median)")),
            ("kernel", File.ReadAllText("/proc/sys/kernel/osrelease").Trim()),
            ("PostgreSQL", await cluster.Ask<string>("select current_setting('server_version')", cancellation)),
            ("its settings", $"as it comes: {durability}"),
            ("runtime", RuntimeInformation.FrameworkDescription),
            ("load average before", File.ReadAllText("/proc/loadavg").Split(' ')[0]),
        ]);
    }

    static string Field(string file, string name) =>
        File.ReadLines(file)
            .Where(line => line.StartsWith(name, StringComparison.Ordinal))
            .Select(line => line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim())
            .FirstOrDefault("unknown");

    static string Text(FormattableString value) => FormattableString.Invariant(value);

    static long KiB(string memory) => long.Parse(memory.Split(' ')[0], CultureInfo.InvariantCulture);

    /// <summary>The median time to write and flush one page, which is the least that a durable write costs.</summary>
    static TimeSpan FlushTime(string folder)
    {
        var path = Path.Combine(folder, "flush");
        using var file = File.OpenHandle(
            path, FileMode.Create, FileAccess.Write, FileShare.None, FileOptions.DeleteOnClose, Flushes * PageSize);
        var times = new List<TimeSpan>(Flushes);
        var page = new byte[PageSize];
        for (var i = 0; i < Flushes; i++)
        {
            var started = Stopwatch.GetTimestamp();
            RandomAccess.Write(file, page, i * PageSize);
            RandomAccess.FlushToDisk(file);
            times.Add(Stopwatch.GetElapsedTime(started));
        }

        return times.Order().ElementAt(Flushes / 2);
    }
}
