namespace Sessions.Bench;

/// <summary>Keeps a report: a file of its own, and the newest in the README.</summary>
internal static class Record
{
    const string Begin = "<!-- newest results -->";
    const string End = "<!-- end of newest results -->";

    /// <summary>Writes <c>results/&lt;name&gt;.md</c> and puts the same between the README's marks.</summary>
    public static async Task Keep(string scripts, string name, string report, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.Combine(scripts, "results"));
        await File.WriteAllTextAsync(
            Path.Combine(scripts, "results", name + ".md"), $"# {name}\n\n{report}\n", cancellation);

        var readme = Path.Combine(scripts, "README.md");
        var text = await File.ReadAllTextAsync(readme, cancellation);
        var (begin, end) = (text.IndexOf(Begin, StringComparison.Ordinal), text.IndexOf(End, StringComparison.Ordinal));
        if (begin < 0 || end < begin)
            throw new InvalidOperationException($"The README has no place for results between {Begin} and {End}.");
        await File.WriteAllTextAsync(
            readme, $"{text[..(begin + Begin.Length)]}\n{report}\n{text[end..]}", cancellation);
    }
}
