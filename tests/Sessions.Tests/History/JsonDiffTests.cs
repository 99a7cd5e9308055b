using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.AspNetCore.JsonPatch.SystemTextJson;
using Sessions.Projections.History;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.History;

/// <summary>The framework's own JSON Patch applies the patches; it knows nothing of this project's.</summary>
public sealed class JsonDiffTests
{
    const int Cases = 500;

    static readonly Gen<JsonNode?> Scalars = Gen.Elements<Func<JsonNode?>>(
        () => null, () => 1, () => 2.5, () => true, () => "", () => "a", () => "ü~/").Select(make => make());

    [Fact]
    public void A_patch_turns_the_one_value_into_the_other() => Seeded.ForAll(Cases, Pairs, pair =>
    {
        var (from, to) = (JsonNode.Parse(pair.From)!, JsonNode.Parse(pair.To)!);
        var patch = JsonDiff.Between(from, to);

        JsonNode.DeepEquals(Apply(patch, from), to).ShouldBeTrue($"{pair} {patch.ToJsonString()}");
        JsonNode.DeepEquals(from, JsonNode.Parse(pair.From)).ShouldBeTrue("what is compared stays as it is");
    });

    [Fact]
    public void Equal_values_need_no_patch() => Seeded.ForAll(Cases, Pairs, pair =>
        JsonDiff.Between(JsonNode.Parse(pair.From), JsonNode.Parse(pair.From)).ShouldBeEmpty());

    [Fact]
    public void Only_what_differs_is_in_the_patch() => JsonDiff.Between(
            JsonNode.Parse("""{"a":{"b":1,"c":[1,2,3]},"d":"same"}"""),
            JsonNode.Parse("""{"a":{"b":2,"c":[1,2]},"d":"same","x/y~":null}"""))
        .Select(operation => operation!.ToJsonString())
        .ShouldBe([
            """{"op":"replace","path":"/a/b","value":2}""",
            """{"op":"remove","path":"/a/c/2"}""",
            """{"op":"add","path":"/x~1y~0","value":null}""",
        ]);

    /// <summary>Objects at the top, as states are; below, any value may replace any other.</summary>
    static Gen<(string From, string To)> Pairs =>
        from left in Objects(3)
        from right in Gen.OneOf(Objects(3), Gen.Constant(left), Touched(left))
        select (left.ToJsonString(), right.ToJsonString());

    static Gen<JsonNode> Touched(JsonNode original) =>
        from name in Names
        from value in Values(2)
        select With(original, name, value);

    static JsonNode With(JsonNode original, string name, JsonNode? value)
    {
        var touched = original.DeepClone();
        touched[name] = value?.DeepClone();
        return touched;
    }

    static Gen<string> Names => Gen.Elements("a", "b", "c", "a/b", "m~n", "0");

    static Gen<JsonNode?> Values(int depth) => depth == 0
        ? Scalars
        : Gen.Frequency(
            (2, Scalars),
            (2, Objects(depth - 1).Select(node => (JsonNode?)node)),
            (2, Values(depth - 1).ListOf().Select(items =>
                (JsonNode?)new JsonArray([.. items.Take(4).Select(item => item?.DeepClone())]))));

    static Gen<JsonNode> Objects(int depth) =>
        from names in Names.ListOf()
        from values in Values(depth).ListOf()
        select (JsonNode)new JsonObject(names.Distinct().Zip(values, (name, value) => KeyValuePair.Create(name, value?.DeepClone())));

    static JsonNode Apply(JsonArray patch, JsonNode from)
    {
        var patched = from.DeepClone();
        JsonSerializer.Deserialize<JsonPatchDocument>(patch.ToJsonString())!.ApplyTo(patched);
        return patched;
    }
}
