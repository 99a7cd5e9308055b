using System.CommandLine;
using Sessions.Cli.Frame;
using Sessions.Cli.Replay;
using Sessions.Domain;
using Sessions.Projections.History;

namespace Sessions.Cli.Commands;

/// <summary><c>sessions replay ID</c>: a session's life again, event by event.</summary>
internal static class ReplayCommand
{
    public static Command Create(Terminal terminal, Settings settings)
    {
        var session = new SessionArgument(settings);
        var step = new Option<bool>("--step") { Description = "Show one step at a time, and move between them with the keys." };
        var command = new Verb(
            "replay", "Show each event of a session with the state before and after, what changed, and what is scheduled.")
        {
            Examples =
            [
                ("sessions replay 01a20e3d-e900-7311-9abb-3d2b0e307bec --step", "with the arrow keys; q ends it"),
                ("sessions replay 01a20e3d-e900-7311-9abb-3d2b0e307bec", "all at once"),
                ("sessions replay export.ndjson --session 01a20e3d-e900-7311-9abb-3d2b0e307bec", "from a file, without a database"),
            ],
        };
        session.AddTo(command);
        command.Options.Add(step);
        command.SetAction(async (parsed, cancellation) =>
        {
            var policy = settings.Policy();
            var steps = (await session.Find(parsed, cancellation)).Steps().ToArray();
            if (parsed.GetValue(step) && terminal.IsInteractive && !parsed.GetValue(settings.Json))
                await new Stepper(terminal, steps, policy).Run(cancellation);
            else
                WriteAll(terminal, steps, policy, parsed.GetValue(settings.Json));
            return ExitCode.Done;
        });
        return command;
    }

    static void WriteAll(Terminal terminal, IReadOnlyList<HistoryStep> steps, LeasePolicy policy, bool asJson)
    {
        foreach (var (index, step) in steps.Index())
        {
            if (asJson)
                terminal.WriteJson(StepJson.Of(step, policy));
            else
                terminal.Write(StepView.Of(step, policy, index + 1, steps.Count, isWhole: true));
        }
    }
}
