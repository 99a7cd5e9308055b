using System.Globalization;
using Sessions.Domain;
using Sessions.Projections.History;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Sessions.Cli.Replay;

/// <summary>A step of a replay for people: the event, both states side by side, what changed, what is due next.</summary>
internal static class StepView
{
    static readonly Style Changed = new(Color.Yellow, decoration: Decoration.Bold);

    public static IRenderable Of(HistoryStep step, LeasePolicy policy, int number, int count)
    {
        var diff = StateDiff.Between(step.Before, step.After);
        var heading = EventEntry.Of(step.Recorded);
        return new Rows(
            new Text(Invariant($"{number}/{count}  {heading.Type}  {StateWords.Time(heading.At)}"), Changed),
            new Text(Invariant($"session {step.Recorded.Address.Id}, version {heading.Version}: {EventWords.Of(step.Recorded.Event)}")),
            new Text(Invariant($"by {heading.Actor ?? "the system"}, {heading.Origin}{By(" from ", heading.Address)}{By(" on ", heading.Node)}")),
            StatesOf(diff),
            new Rows(diff.Words.Select(sentence => new Text(sentence))),
            new Rows(diff.Patch.Select(operation => new Text(operation!.ToJsonString(), new Style(Color.Grey)))),
            new Text(Due(step, policy)),
            Text.Empty);
    }

    static Table StatesOf(StateDiff diff)
    {
        var before = StateWords.Rows(diff.Before).ToDictionary(row => row.Name, row => row.Value, StringComparer.Ordinal);
        var after = StateWords.Rows(diff.After).ToDictionary(row => row.Name, row => row.Value, StringComparer.Ordinal);
        var table = new Table().Border(TableBorder.Simple).AddColumns("", "before", "after");
        foreach (var name in before.Keys.Union(after.Keys, StringComparer.Ordinal))
        {
            var (was, now) = (before.GetValueOrDefault(name, ""), after.GetValueOrDefault(name, ""));
            var style = was == now ? Style.Plain : Changed;
            table.AddRow(new Text(was == now ? name : "* " + name, style), new Text(was, style), new Text(now, style));
        }

        return table;
    }

    static string Due(HistoryStep step, LeasePolicy policy) => DueMessage.Of(step.After, policy) is { } due
        ? Invariant($"Scheduled next: {due.Kind} at {StateWords.Time(due.At)}, {due.At - step.Recorded.Event.At:g} after this event.")
        : "Scheduled next: nothing.";

    static string By(string way, string? value) => value is null ? "" : way + value;

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
