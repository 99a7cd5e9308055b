using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests;

/// <summary>Rules that the compiler does not check: what a project may mention, and how long a file may be.</summary>
public sealed class ArchitectureTests
{
    const int LinesMax = 250;

    /// <summary>Each project, and the projects that it references: only earlier ones.</summary>
    static readonly Dictionary<string, string[]> Line = new(StringComparer.Ordinal)
    {
        ["Sessions.Domain"] = [],
        ["Sessions.Storage"] = ["Sessions.Domain"],
        ["Sessions.Projections"] = ["Sessions.Storage"],
        ["Sessions.Content"] = ["Sessions.Domain"],
        ["Sessions.Api"] = ["Sessions.Projections", "Sessions.Content"],
        ["Sessions.Cli"] = ["Sessions.Projections"],
    };

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    static readonly string Root = Repository.Root;

    public static TheoryData<string> Projects =>
        new(Directory.EnumerateDirectories(Path.Combine(Root, "src")).Select(folder => Path.GetFileName(folder)!));

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_names_only_what_comes_before_it_in_the_line(string project) =>
        ProjectFile(project).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value))
            .ShouldBe(Line[project], ignoreOrder: true);

    [Fact]
    public void The_domain_uses_no_package() =>
        ProjectFile("Sessions.Domain").Descendants("PackageReference").ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(Projects))]
    public void Only_storage_and_projections_know_the_database(string project)
    {
        if (project is "Sessions.Storage" or "Sessions.Projections")
            return;

        Mentions(project, @"\bNpgsql[A-Z.;]").ShouldBeEmpty();
        ProjectFile(project).ToString().ShouldNotContain("Npgsql");
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Only_the_server_knows_HTTP(string project)
    {
        if (project is "Sessions.Api")
            return;

        Mentions(project, @"\bMicrosoft\.AspNetCore\b").ShouldBeEmpty();
        ProjectFile(project).ToString().ShouldNotContain("AspNetCore");
        ProjectFile(project).Root!.Attribute("Sdk")!.Value.ShouldBe("Microsoft.NET.Sdk");
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Statements_stand_in_files_of_their_own(string project) =>
        Mentions(project, """
            "[^"]*\b(select\s[^"]+\sfrom|insert\s+into|update\s+\w+(\.\w+)?\s+set|delete\s+from|(create|drop|alter)\s+(table|schema|index|database))\b
            """.Trim()).ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_file_can_be_read_in_one_sitting(string project) =>
        Sources(project).Where(file => File.ReadLines(file).Count() > LinesMax).ShouldBeEmpty();

    [Fact]
    public void A_published_server_is_locked_to_the_packages_of_any_other()
    {
        LockedIn("packages.ahead.lock.json").ShouldBe(LockedIn("packages.lock.json"), "bench/run renews the first of them");

        static string LockedIn(string file) => JsonNode.Parse(
            File.ReadAllText(Repository.PathOf("src", "Sessions.Api", file)))!["dependencies"]!["net10.0"]!.ToJsonString();
    }

    [Fact]
    public void Versions_of_packages_stand_in_one_file()
    {
        var central = XDocument.Load(Path.Combine(Root, "Directory.Packages.props"))
            .Descendants("PackageVersion").Select(package => package.Attribute("Include")!.Value).ToHashSet();
        var references = Directory.EnumerateFiles(Root, "*.csproj", SearchOption.AllDirectories)
            .Append(Path.Combine(Root, "Directory.Build.props"))
            .SelectMany(file => XDocument.Load(file).Descendants("PackageReference"))
            .ToArray();

        references.Where(reference => reference.Attributes().Any(a => a.Name.LocalName is "Version" or "VersionOverride")).ShouldBeEmpty();
        references.Select(reference => reference.Attribute("Include")!.Value).Except(central).ShouldBeEmpty();
    }

    [Fact]
    public void Every_source_file_that_a_document_names_is_there()
    {
        var there = new[] { "src", "tests", "bench" }
            .SelectMany(folder => Directory.EnumerateDirectories(Path.Combine(Root, folder)))
            .SelectMany(project => Directory.EnumerateFiles(project, "*.*", SearchOption.AllDirectories)
                .Where(file => Path.GetRelativePath(project, file).Split(Path.DirectorySeparatorChar)[0] is not ("bin" or "obj")))
            .Select(file => "/" + Path.GetRelativePath(Root, file).Replace("src/Sessions.", "src/", StringComparison.Ordinal)).ToArray();
        var named =
            from folder in new[] { Root, Path.Combine(Root, "docs"), Path.Combine(Root, "bench") }
            from document in Directory.EnumerateFiles(folder, "*.md")
            from Match name in Regex.Matches(File.ReadAllText(document), @"`(?<name>[\w/.]+\.(cs|sql))`", RegexOptions.ExplicitCapture, Patience)
            select name.Groups["name"].Value;

        named.Where(name => !File.Exists(Path.Combine(Root, name)) && !there.Any(file => file.EndsWith("/" + name, StringComparison.Ordinal)))
            .ShouldBeEmpty();
    }

    static IEnumerable<string> Mentions(string project, string pattern) =>
        from file in Sources(project)
        from line in File.ReadLines(file)
        where Regex.IsMatch(line, pattern, RegexOptions.None, Patience)
        select $"{Path.GetRelativePath(Root, file)}: {line.Trim()}";

    static IEnumerable<string> Sources(string project)
    {
        var folder = Path.Combine(Root, "src", project);
        return Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(file => Path.GetRelativePath(folder, file).Split(Path.DirectorySeparatorChar)[0] is not ("bin" or "obj"));
    }

    static XDocument ProjectFile(string project) =>
        XDocument.Load(Path.Combine(Root, "src", project, project + ".csproj"));
}
