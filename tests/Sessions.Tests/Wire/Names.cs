using System.Text.RegularExpressions;

namespace Sessions.Tests.Wire;

/// <summary>
/// The names that replace, in a file, the values that differ from run to run. A situation adds some names. An answer
/// with new values adds more, so that a later request can use a value from an earlier answer: the second session in a
/// file is <c>{session 2}</c>.
/// </summary>
sealed partial class Names
{
    readonly List<(string Name, string Value)> known =
    [
        ("newline", "\n"),
        ("large", new string(' ', (1 << 20) + 1)),
        ("long", new string('x', 4097)),
    ];

    /// <summary>Gives a name to a value.</summary>
    public void Add(string name, string value) => known.Add((name, value));

    /// <summary>Replaces the names in a file's text by their values.</summary>
    public string Fill(string text) =>
        Placeholder().Replace(text, match => known.Find(one => one.Name == match.Groups["name"].Value).Value
            ?? throw new InvalidOperationException($"Nothing is called {match.Value} here."));

    /// <summary>Replaces the values in a text from the wire by their names.</summary>
    public string Name(string text)
    {
        foreach (var (pattern, name) in new[] { (Session(), "session"), (Token(), "token"), (Capability(), "capability") })
        {
            foreach (var value in pattern.Matches(text).Select(match => match.Value).Distinct(StringComparer.Ordinal))
                Learn(name, value);
        }

        foreach (var (name, value) in known.Where(one => !string.IsNullOrWhiteSpace(one.Value)))
            text = text.Replace(value, '{' + name + '}', StringComparison.Ordinal);
        return Time().Replace(text, "{time}");
    }

    void Learn(string kind, string value)
    {
        if (known.Exists(one => one.Value == value))
            return;
        var count = known.Count(one => one.Name.Split(' ')[0] == kind);
        Add(count == 0 ? kind : $"{kind} {count + 1}", value);
    }

    [GeneratedRegex(@"\{(?<name>[a-z][a-z0-9 -]*)\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Placeholder();

    /// <summary>Only session ids are UUIDs of version 7; library and item ids are of version 5.</summary>
    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Session();

    [GeneratedRegex(@"\b[0-9a-z]{40}\b", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Token();

    [GeneratedRegex(@"(?<=/cls/data/)[^/""<]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Capability();

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Time();
}
