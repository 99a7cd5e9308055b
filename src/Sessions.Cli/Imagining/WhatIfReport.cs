using System.Text.Json.Nodes;
using Sessions.Cli.Frame;
using Sessions.Domain;
using Sessions.Projections.History;

namespace Sessions.Cli.Imagining;

/// <summary>Reports sessions that would have ended otherwise, one by one as they are found, and then the totals.</summary>
internal sealed class WhatIfReport(Terminal terminal, LeasePolicy policy, bool asJson)
{
    /// <summary>Writes one session.</summary>
    public void Write(WhatIfDifference difference)
    {
        if (asJson)
        {
            terminal.WriteJson(new JsonObject
            {
                ["session"] = difference.Address.Id.ToString(),
                ["owner"] = difference.Address.Owner,
                ["was"] = Json(difference.Was),
                ["would_be"] = Json(difference.WouldBe),
                ["refused_commands"] = difference.Refused,
            });
            return;
        }

        terminal.WriteLine($"{difference.Address.Id}  {difference.Address.Owner}");
        terminal.WriteLine($"    was:      {Words(difference.Was)}");
        terminal.WriteLine($"    would be: {Words(difference.WouldBe)}");
        if (difference.Refused > 0)
            terminal.WriteLine($"    refused:  {difference.Refused} of the commands that were carried out");
    }

    /// <summary>Writes that a session is left out.</summary>
    public void WriteLeftOut(SessionAddress address, string damage) => terminal.Error.WriteLine(
        $"sessions: Session {address.Id} of {PlainText.EscapeLines(address.Owner)} is left out: {PlainText.EscapeLines(damage.TrimEnd('.'))}.");

    /// <summary>Writes the totals.</summary>
    public void Write(WhatIfTotals totals)
    {
        if (asJson)
        {
            terminal.WriteJson(new JsonObject
            {
                ["sessions"] = totals.Sessions,
                ["different"] = totals.Different,
                ["ended_otherwise"] = totals.Ended,
                ["ended_sooner"] = totals.Sooner,
                ["ended_later"] = totals.Later,
                ["in_another_way"] = totals.Otherwise,
                ["removed_otherwise"] = totals.RemovedOtherwise,
                ["only_refused"] = totals.OnlyRefused,
                ["refused_commands"] = totals.Refused,
            });
            return;
        }

        terminal.WriteLine(
            $"Policy: idle timeout {policy.IdleTimeout}, renewal slack {policy.RenewalSlack}, keep-alive slack "
            + $"{policy.KeepAliveSlack}, retention {policy.Retention}, longest life {policy.MaxLifetime?.ToString() ?? "none"}.");
        terminal.WriteLine(
            $"Sessions: {totals.Sessions}. Would have ended otherwise: {totals.Ended} (sooner {totals.Sooner}, later "
            + $"{totals.Later}, in another way {totals.Otherwise}, only removed otherwise {totals.RemovedOtherwise}). "
            + $"Commands that would have been refused: {totals.Refused}"
            + (totals.OnlyRefused > 0 ? $", in {totals.OnlyRefused} sessions that would have ended alike." : "."));
    }

    static JsonObject Json(SessionEnds ends) => new() { ["activity"] = Json(ends.Activity), ["life"] = Json(ends.Life) };

    static JsonObject? Json(SessionEnd? end) => end is null
        ? null
        : new JsonObject { ["how"] = end.How, ["reason"] = end.Reason, ["at"] = end.At.UtcDateTime };

    static string Words(SessionEnds ends) => (ends.Activity, ends.Life) switch
    {
        (null, _) => "active",
        ({ } activity, null) => Words(activity),
        ({ } activity, { } life) when activity == life => Words(activity),
        ({ } activity, { } life) => $"{Words(activity)}, {Words(life)}",
    };

    static string Words(SessionEnd end) =>
        $"{end.How}{(end.Reason is null ? "" : $" ({end.Reason})")} at {StateWords.Time(end.At)}";
}
