using System.CommandLine.Parsing;
using System.Globalization;

namespace Sessions.Cli.Frame;

/// <summary>Durations on the command line: <c>90s</c>, <c>2m</c>, <c>8h</c>, <c>1d</c>, or <c>00:02:00</c>.</summary>
internal static class DurationText
{
    static readonly Dictionary<char, TimeSpan> Units = new()
    {
        ['s'] = TimeSpan.FromSeconds(1),
        ['m'] = TimeSpan.FromMinutes(1),
        ['h'] = TimeSpan.FromHours(1),
        ['d'] = TimeSpan.FromDays(1),
    };

    /// <summary>No policy needs more, and times that more is added to would overflow.</summary>
    static readonly TimeSpan Max = TimeSpan.FromDays(36_500);

    public static bool TryParse(string text, out TimeSpan duration)
    {
        if (text.Length > 1 && Units.TryGetValue(text[^1], out var unit)
            && double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
            && count * unit.TotalDays <= Max.TotalDays)
        {
            duration = unit * count;
            return true;
        }

        // The framework reads a number alone as days, which no user means.
        return TimeSpan.TryParseExact(text, ["c", "g"], CultureInfo.InvariantCulture, out duration)
            && text.Contains(':', StringComparison.Ordinal) && duration >= TimeSpan.Zero && duration <= Max;
    }

    public static TimeSpan? Parse(ArgumentResult result)
    {
        if (TryParse(result.Tokens[^1].Value, out var duration))
            return duration;
        result.AddError($"'{result.Tokens[^1].Value}' is not a duration: write 90s, 2m, 8h, 1d or 00:02:00, at most 36500d.");
        return null;
    }
}
