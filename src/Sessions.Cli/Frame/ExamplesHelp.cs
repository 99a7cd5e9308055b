using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Sessions.Cli.Frame;

/// <summary>The framework's help, and after it a command's examples.</summary>
internal sealed class ExamplesHelp(HelpAction help) : SynchronousCommandLineAction
{
    /// <summary>Replaces the framework's own help.</summary>
    public static void AddTo(RootCommand root)
    {
        foreach (var option in root.Options.OfType<HelpOption>())
            option.Action = new ExamplesHelp((HelpAction)option.Action!);
    }

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        ArgumentNullException.ThrowIfNull(parseResult);
        var exitCode = help.Invoke(parseResult);
        if (parseResult.CommandResult.Command is Verb { Examples: [_, ..] examples })
        {
            var output = parseResult.InvocationConfiguration.Output;
            var width = examples.Max(example => example.Line.Length);
            output.WriteLine("Examples:");
            foreach (var (line, does) in examples)
                output.WriteLine($"  {line.PadRight(width)}  {does}");
            output.WriteLine();
        }

        return exitCode;
    }
}
