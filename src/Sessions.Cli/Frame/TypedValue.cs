using System.CommandLine.Parsing;
using System.CommandLine;
using System.Globalization;
using Sessions.Domain;

namespace Sessions.Cli.Frame;

/// <summary>Options that must be numbers or ids, with error messages of our own.</summary>
internal static class TypedValue
{
    /// <summary>How many at most.</summary>
    public static Option<int?> Limit(string description) => new("--limit")
    {
        Description = description,
        HelpName = "number",
        CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0)
                return number;
            result.AddError($"'{text}' is not a whole number of at least 1.");
            return null;
        },
    };

    /// <summary>How many events had happened.</summary>
    public static Option<int?> Version(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "number",
        CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                return number;
            result.AddError($"'{text}' is not a version: write a number like 7.");
            return null;
        },
    };

    /// <summary>An id.</summary>
    public static Option<Guid?> Id(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "id",
        CustomParser = result => Ids(result) is [var id] ? id : null,
    };

    /// <summary>All ids that were typed.</summary>
    public static Guid[] Ids(ArgumentResult result)
    {
        var ids = new List<Guid>();
        foreach (var token in result.Tokens)
        {
            if (UsualUuid.TryParse(token.Value, out var id))
                ids.Add(id);
            else
                result.AddError($"'{token.Value}' is not an id: write one like 01a20e3d-e900-7311-9abb-3d2b0e307bec.");
        }

        return [.. ids];
    }
}
