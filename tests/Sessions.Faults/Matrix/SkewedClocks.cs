using Sessions.Faults.Arenas;

namespace Sessions.Faults.Matrix;

sealed class SkewedClocks : Cell
{
    static readonly string? Library = new[] { "/usr/lib", "/usr/lib64", "/usr/local/lib" }
        .Where(Directory.Exists)
        .SelectMany(folder => Directory.EnumerateFiles(
            folder, "libfaketime.so.1", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 2, IgnoreInaccessible = true }))
        .FirstOrDefault();

    public override string Name => "skewed-clocks";

    public override string Fault => "one node's clock is an hour ahead and the other's an hour behind (`libfaketime`)";

    public override string? Missing =>
        Library is null ? "libfaketime is not on this machine; 'apt-get install faketime' brings it" : null;

    public override IEnumerable<(string Name, string Value)> EnvironmentOf(int node) =>
    [
        ("LD_PRELOAD", Library!),
        ("FAKETIME", node == 0 ? "+1h" : "-1h"),
        // Only the wall clock is wrong; the monotonic clock, which measures durations, is right.
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
        // Nor are the times of files faked: both nodes have the same library.
        ("NO_FAKE_STAT", "1"),
    ];

    public override async Task Break(Arena arena)
    {
        await arena.Pass(3);
        foreach (var (node, sign) in arena.Nodes.Zip(new[] { 1, -1 }))
            await ShouldBeOff(node, TimeSpan.FromHours(sign), arena.Clock);
    }

    /// <summary>Checks that the fault is there at all: the node dates its answers by its own clock.</summary>
    static async Task ShouldBeOff(Node node, TimeSpan by, TimeProvider clock)
    {
        using var client = new HttpClient();
        using var answer = await client.GetAsync(new Uri(node.Url, "/health/live"));
        (answer.Headers.Date!.Value - clock.GetUtcNow()).ShouldBe(by, TimeSpan.FromMinutes(5));
    }
}
