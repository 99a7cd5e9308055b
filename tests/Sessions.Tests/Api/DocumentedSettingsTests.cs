using System.Text.RegularExpressions;
using Sessions.Api.Hosting;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

/// <summary>The tables in the README and in <c>docs/</c> list exactly the settings that the server knows.</summary>
public sealed class DocumentedSettingsTests
{
    /// <summary>The framework adds this key to a connection string of the environment; no operator sets it.</summary>
    const string FromTheFramework = "ConnectionStrings:Sessions_ProviderName";

    static readonly string[] FrameworkSections = ["Kestrel:", "Logging:"];

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    static readonly string[] Known = [.. KnownSettings.Keys];

    [Fact]
    public void Every_setting_stands_in_a_table() =>
        Known.Except(Documented.Select(WithoutPlaces)).ShouldBe([FromTheFramework]);

    [Fact]
    public void Every_setting_in_a_table_exists() =>
        Documented.Where(name => !FrameworkSections.Any(section => name.StartsWith(section, StringComparison.Ordinal)))
            .Select(WithoutPlaces).Except(Known).ShouldBeEmpty();

    /// <summary>The text around the tables names settings as well.</summary>
    [Fact]
    public void Every_setting_that_a_document_names_exists()
    {
        var sections = string.Join('|', Known.Select(key => key.Split(':')[0]).Distinct());
        var named =
            from text in Documents
            from Match name in Regex.Matches(text, $@"(?<=`)({sections})(:|__)\w[\w:]*", RegexOptions.ExplicitCapture, Patience)
            select WithoutPlaces(name.Value.Replace("__", ":", StringComparison.Ordinal));

        named.Except(Known).ShouldBeEmpty();
    }

    static IEnumerable<string> Documents =>
        Directory.EnumerateFiles(Repository.PathOf("docs"), "*.md").Append(Repository.PathOf("README.md"))
            .Select(File.ReadAllText);

    /// <summary>
    /// The full names in the first columns of tables. A name that begins with a colon has the section of the name
    /// before it in the same cell.
    /// </summary>
    static IEnumerable<string> Documented =>
        from text in Documents
        from Match cell in Regex.Matches(text, @"^\|[^|\n]*", RegexOptions.Multiline, Patience)
        from name in NamesIn(cell.Value)
        select name;

    static IEnumerable<string> NamesIn(string cell)
    {
        var section = "";
        const string Name = "(?<=`)([A-Z][A-Za-z]*)?(:[A-Za-z]+)+(?=`)";
        foreach (Match match in Regex.Matches(cell, Name, RegexOptions.ExplicitCapture, Patience))
        {
            if (match.Value is not [':', ..])
                section = match.Value[..match.Value.LastIndexOf(':')];
            yield return match.Value is [':', ..] ? section + match.Value : match.Value;
        }
    }

    /// <summary>A name without its list indexes: <c>Users:n:Name</c> becomes <c>Users:Name</c>.</summary>
    static string WithoutPlaces(string name) =>
        Regex.Replace(name, @":(n|\d+)(?=:|$)", "", RegexOptions.ExplicitCapture, Patience);
}
