using System.Text.Json.Nodes;

namespace Sessions.Tests.Cli;

/// <summary>What a command line wrote and how it ended.</summary>
sealed record CliResult(int ExitCode, string Output, string Error)
{
    /// <summary>The JSON values it wrote, one a line.</summary>
    public JsonNode[] Json =>
        [.. Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];

    /// <summary>This result, if the command line ended with this exit code; otherwise the test fails.</summary>
    public CliResult ShouldEnd(int exitCode)
    {
        ExitCode.ShouldBe(exitCode, Error + Output);
        return this;
    }
}
