using FsCheck;
using FsCheck.Fluent;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Wire;

/// <summary>The files split long bodies into lines, which must not hide a single byte.</summary>
public sealed class FoldingTests
{
    static readonly Gen<string> Token = Gen.Elements(
        "a", " ", "\\\"", "\\\\", "{", "}", "[", "]", ",", ":", "<", "größer", "\\n", "a long word that fills a line");

    static readonly Gen<string> Text = Token.ArrayOf().Select(tokens => '"' + string.Concat(tokens) + '"');

    [Fact]
    public void What_was_folded_unfolds_to_the_same_bytes() =>
        Seeded.ForAll(500, Json(depth: 3), json => Folding.Unfold(Folding.Fold(json)).ShouldBe(json));

    [Fact]
    public void XML_folds_too()
    {
        var xml = $"<?xml version=\"1.0\"?><a><b-array /><c>{new string('x', 100)}</c><d><e>1 &lt; 2</e></d></a>";

        Folding.Fold(xml).ShouldBe($"""
            <?xml version="1.0"?>
            <a>
              <b-array />
              <c>{new string('x', 100)}</c>
              <d><e>1 &lt; 2</e></d>
            </a>
            """);
        Folding.Unfold(Folding.Fold(xml)).ShouldBe(xml);
    }

    [Theory]
    [InlineData("{\"a\":[1,2]}")]
    [InlineData("\"text, with {signs}\"")]
    [InlineData("[]")]
    public void What_is_short_stays_in_one_line(string json) => Folding.Fold(json).ShouldBe(json);

    static Gen<string> Json(int depth) =>
        depth == 0 ? Text
        : Gen.OneOf(
            Text,
            Gen.Elements("1", "null", "true", "{}", "[]"),
            Json(depth - 1).ArrayOf().Select(values => $"[{string.Join(',', values)}]"),
            Json(depth - 1).ArrayOf().Select(values => $"{{{string.Join(',', values.Select((value, i) => $"\"{i}\":{value}"))}}}"));
}
