using Sessions.Cli.Frame;
using Sessions.Domain;
using Sessions.Projections.History;

namespace Sessions.Cli.Replay;

/// <summary>Shows one step at a time; keys move between them.</summary>
internal sealed class Stepper(Terminal terminal, IReadOnlyList<HistoryStep> steps, LeasePolicy policy)
{
    const string Keys = "→ space: next  ← : back  home, end: first, last  s: the whole state  q: quit";

    /// <summary>Runs until a key quits, or there are no more keys.</summary>
    public async Task Run(CancellationToken cancellation)
    {
        var isWhole = false;
        for (int? at = steps.Count > 0 ? 0 : null; at is { } place;)
        {
            terminal.Clear();
            terminal.Write(StepView.Of(steps[place], policy, place + 1, steps.Count, isWhole));
            terminal.WriteLine(Keys);
            var key = (await terminal.ReadKey(cancellation))?.Key;
            isWhole ^= key is ConsoleKey.S;
            at = key is { } pressed ? Next(pressed, place) : null;
        }
    }

    /// <summary>The step that a key leads to, or null to quit. An unknown key stays on this step.</summary>
    int? Next(ConsoleKey key, int place) => key switch
    {
        ConsoleKey.RightArrow or ConsoleKey.DownArrow or ConsoleKey.Spacebar or ConsoleKey.Enter =>
            Math.Min(place + 1, steps.Count - 1),
        ConsoleKey.LeftArrow or ConsoleKey.UpArrow or ConsoleKey.Backspace => Math.Max(place - 1, 0),
        ConsoleKey.Home => 0,
        ConsoleKey.End => steps.Count - 1,
        ConsoleKey.Q or ConsoleKey.Escape => null,
        _ => place,
    };
}
