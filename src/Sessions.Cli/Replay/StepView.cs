using System.Globalization;
using Sessions.Cli.Frame;
using Sessions.Domain;
using Sessions.Projections.History;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Sessions.Cli.Replay;

/// <summary>A step of a replay for people: the event, what it changed, what is due next.</summary>
internal static class StepView
{
    static readonly Style Changed = new(Color.Yellow, decoration: Decoration.Bold);

    /// <summary>A step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="policy">Determines when the next message is due.</param>
    /// <param name="number">Its number, from 1.</param>
    /// <param name="count">How many steps there are.</param>
    /// <param name="isWhole">Whether both states are shown side by side, or only what changed, in words.</param>
    public static IRenderable Of(HistoryStep step, LeasePolicy policy, int number, int count, bool isWhole)
    {
        var diff = StateDiff.Between(step.Before, step.After);
        var heading = EventEntry.Of(step.Logged);
        var says = step.Fault ?? heading.Fault ?? EventWords.Of(step.Logged.Event);
        return new Rows(
            PlainText.Of(Invariant($"{number}/{count}  {heading.Type}  {StateWords.Time(heading.At)}"), Changed),
            PlainText.Of(Invariant($"session {step.Logged.Address.Id}, version {heading.Version}: {says}")),
            PlainText.Of(Invariant($"by {(heading.Fault is null ? heading.Actor ?? "the system" : "?")}, {heading.Origin ?? "?"}{By(" from ", heading.Address)}{By(" on ", heading.Node)}")),
            Text.Empty,
            isWhole ? StatesOf(diff) : new Rows(diff.Words.DefaultIfEmpty("Nothing changed.").Select(sentence => PlainText.Of(sentence))),
            Text.Empty,
            PlainText.Of(Due(step, policy)),
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
            table.AddRow(PlainText.Of(was == now ? name : "* " + name, style), PlainText.Of(was, style), PlainText.Of(now, style));
        }

        return table;
    }

    static string Due(HistoryStep step, LeasePolicy policy) => DueMessage.Of(step.After, policy) is { } due
        ? Invariant($"Scheduled next: {due.Kind} at {StateWords.Time(due.At)}, {due.At - step.Logged.At:g} after this event.")
        : "Scheduled next: nothing.";

    static string By(string way, string? value) => value is null ? "" : way + value;

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
