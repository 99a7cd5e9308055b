namespace Sessions.Bench;

/// <summary>Keeps a report: a file of its own, and the newest in the README.</summary>
internal static class Record
{
    /// <summary>Writes <c>results/&lt;name&gt;.md</c> and puts the same between the README's marks.</summary>
    /// <param name="scripts">The folder of the README.</param>
    /// <param name="name">What the report is called.</param>
    /// <param name="what">Which part of the README it replaces: results, downloads or record.</param>
    /// <param name="report">What to keep.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task Keep(
        string scripts, string name, string what, string report, CancellationToken cancellation)
    {
        var (opening, closing) = ($"<!-- newest {what} -->", $"<!-- end of newest {what} -->");
        Directory.CreateDirectory(Path.Combine(scripts, "results"));
        await File.WriteAllTextAsync(
            Path.Combine(scripts, "results", name + ".md"), $"# {name}\n\n{report}\n", cancellation);

        var readme = Path.Combine(scripts, "README.md");
        var text = await File.ReadAllTextAsync(readme, cancellation);
        var (begin, end) = (text.IndexOf(opening, StringComparison.Ordinal), text.IndexOf(closing, StringComparison.Ordinal));
        if (begin < 0 || end < begin)
            throw new InvalidOperationException($"The README has no place for results between {opening} and {closing}.");
        await File.WriteAllTextAsync(
            readme, $"{text[..(begin + opening.Length)]}\n{report}\n{text[end..]}", cancellation);
    }
}
