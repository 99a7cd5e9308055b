using System.CommandLine;
using System.CommandLine.Parsing;
using Sessions.Projections.History;

namespace Sessions.Cli.Frame;

/// <summary>Moments on the command line: a version, or a time.</summary>
internal static class MomentArgument
{
    public static Argument<Moment?> Argument(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = Parse,
    };

    public static Option<DateTimeOffset?> Time(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "time",
        CustomParser = ParseTime,
    };

    static DateTimeOffset? ParseTime(ArgumentResult result)
    {
        if (Moment.TryParseTime(result.Tokens[^1].Value, out var at))
            return at;
        result.AddError($"'{result.Tokens[^1].Value}' is not a time: write one like 2026-01-31T12:03:07Z.");
        return null;
    }

    static Moment? Parse(ArgumentResult result)
    {
        if (Moment.TryParse(result.Tokens[^1].Value, out var moment))
            return moment;
        result.AddError($"'{result.Tokens[^1].Value}' is not a moment: write a version like 7 or a time like 2026-01-31T12:03:07Z.");
        return null;
    }
}
