using System.Text.Json.Nodes;
using Sessions.Domain;
using Sessions.Projections.History;

namespace Sessions.Cli.Replay;

/// <summary>A step of a replay for programs.</summary>
internal static class StepJson
{
    /// <summary>The session, the event, both states, what changed, what is due next, and the fault, if any.</summary>
    public static JsonObject Of(HistoryStep step, LeasePolicy policy)
    {
        var diff = StateDiff.Between(step.Before, step.After);
        var json = new JsonObject
        {
            ["session"] = step.Logged.Address.Id.ToString(),
            ["event"] = EventEntry.Of(step.Logged).ToJson(),
            ["before"] = diff.Before.ToJson(),
            ["after"] = diff.After.ToJson(),
            ["change"] = diff.ToJson(),
            ["due"] = DueMessage.Of(step.After, policy) is { } due
                ? new JsonObject { ["kind"] = due.Kind.ToString().ToLowerInvariant(), ["at"] = due.At.UtcDateTime }
                : null,
        };
        if (step.Fault is { } fault)
            json["fault"] = fault;
        return json;
    }
}
