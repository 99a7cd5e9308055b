using System.Text.Json.Nodes;
using Sessions.Domain;

namespace Sessions.Projections.History;

/// <summary>What is different between two states.</summary>
/// <param name="Before">The one state.</param>
/// <param name="After">The other.</param>
/// <param name="Patch">What turns the one's JSON into the other's: JSON Patch, RFC 6902.</param>
/// <param name="Words">The same in sentences.</param>
public sealed record StateDiff(
    SessionState Before, SessionState After, JsonArray Patch, IReadOnlyList<string> Words)
{
    /// <summary>The difference of two states.</summary>
    public static StateDiff Between(Session before, Session after)
    {
        var (left, right) = (SessionState.Of(before), SessionState.Of(after));
        return new StateDiff(
            left, right, JsonDiff.Between(left.ToJson(), right.ToJson()), StateWords.Between(left, right));
    }

    /// <summary>The patch and the words as JSON, without the states.</summary>
    public JsonObject ToJson() => new()
    {
        ["patch"] = Patch.DeepClone(),
        ["words"] = new JsonArray([.. Words.Select(sentence => JsonValue.Create(sentence))]),
    };
}
