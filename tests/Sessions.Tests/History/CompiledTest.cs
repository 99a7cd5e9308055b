using System.Reflection;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.History;

/// <summary>
/// A generated test, compiled as <c>tests/Sessions.Domain.Tests</c> compiles it, with that project's own
/// samples, specification and usings, and then run.
/// </summary>
static class CompiledTest
{
    static readonly string Project = Path.Combine(Repository.Root, "tests", "Sessions.Domain.Tests");

    /// <summary>Runs all facts of a test; returns how many there are, and the failures by name.</summary>
    public static (int Facts, IReadOnlyList<string> Failures) Run(string source)
    {
        var test = Compile(source).GetTypes().Single(type => type.Name.StartsWith("Session_", StringComparison.Ordinal));
        var facts = test.GetMethods().Where(method => method.GetCustomAttribute<FactAttribute>() is not null).ToArray();
        return (facts.Length, [.. facts.Where(fact => Fails(fact, Activator.CreateInstance(test)!)).Select(fact => fact.Name)]);
    }

    static bool Fails(MethodInfo fact, object test)
    {
        try
        {
            fact.Invoke(test, null);
            return false;
        }
        catch (TargetInvocationException failed) when (failed.InnerException is ShouldAssertException)
        {
            return true;
        }
    }

    static Assembly Compile(string source)
    {
        string[] texts =
        [
            Usings(), source,
            File.ReadAllText(Path.Combine(Project, "Samples.cs")), File.ReadAllText(Path.Combine(Project, "Specification.cs")),
        ];
        var compilation = CSharpCompilation.Create(
            "GeneratedTest",
            texts.Select(text => CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.Latest))),
            AppDomain.CurrentDomain.GetAssemblies()
                .Where(assembly => !assembly.IsDynamic && assembly.Location.Length > 0)
                .Select(assembly => MetadataReference.CreateFromFile(assembly.Location)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        using var assembly = new MemoryStream();
        var result = compilation.Emit(assembly);
        result.Diagnostics.Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning).ShouldBeEmpty(source);
        return Assembly.Load(assembly.ToArray());
    }

    /// <summary>The usings that the project file adds to each of its files, and those that the SDK adds.</summary>
    static string Usings() => string.Concat(
        XDocument.Load(Path.Combine(Project, "Sessions.Domain.Tests.csproj")).Descendants("Using")
            .Select(used => (used.Attribute("Static") is null ? "global using " : "global using static ") + used.Attribute("Include")!.Value)
            .Concat(new[] { "System", "System.Collections.Generic", "System.Linq" }.Select(name => "global using " + name))
            .Select(line => line + ";\n"));
}
