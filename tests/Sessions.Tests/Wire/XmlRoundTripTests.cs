using System.Buffers;
using System.Collections;
using System.Collections.Immutable;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.AspNetCore.Http;
using Sessions.Api.Vapi;
using Sessions.Api.Vapi.Dialects;
using Sessions.Api.Vapi.Models;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Wire;

/// <summary>
/// The XML printer and the XML parser share no schema: whatever the type, the parser must read what the printer writes.
/// </summary>
public sealed class XmlRoundTripTests
{
    static readonly Gen<string> Text = Gen.OneOf(
            Gen.Choose(1, 0x2FF).Select(c => ((char)c).ToString()),
            Gen.Elements(
                "&", "<", ">", "]]>", "\"", "'", "\r\n", "\r", "\n", "\t", " ", "&amp;", "<!--", "<![CDATA[", "\uFFFE", "💽"))
        .ArrayOf().Select(string.Concat);

    /// <summary>A value with its type, so that values of all types can be generated together.</summary>
    sealed record Typed(VapiType Type, object Value);

    [Fact]
    public void What_the_printer_writes_the_parser_reads() =>
        Seeded.ForAll(2000, Anything(depth: 4), made =>
            Normal(Read(Print(made.Type, made.Value))).ShouldBe(Normal(Expected(made.Type, made.Value))));

    /// <summary>The structures of all operations, with generated values for their fields.</summary>
    [Fact]
    public void Every_model_is_read_as_it_was_written()
    {
        WireModels.All.ShouldContain(DownloadSessionModel.Shape);
        foreach (var type in WireModels.All)
        {
            Seeded.ForAll(100, Of(type), made =>
                Normal(Read(Print(made.Type, made.Value))).ShouldBe(Normal(Expected(made.Type, made.Value))));
        }
    }

    [Fact]
    public void The_order_of_elements_does_not_matter() =>
        Seeded.ForAll(500, Structure(Anything(depth: 2)), made =>
        {
            var structure = (VapiType.Structure)made.Type;
            var backwards = new VapiType.Structure(structure.Name, [.. structure.Fields.Reverse()]);

            Normal(Read(Print(backwards, made.Value))).ShouldBe(Normal(Read(Print(made.Type, made.Value))));
        });

    static byte[] Print(VapiType type, object value)
    {
        var http = new DefaultHttpContext();
        using var body = new MemoryStream();
        http.Response.Body = body;
        XmlResponse.Write(
            http.Response,
            new Operation("com.vmware.test", "get", new("GET", ""), [], type, [], _ => default),
            value);
        http.Response.BodyWriter.FlushAsync().AsTask().GetAwaiter().GetResult();
        return body.ToArray();
    }

    /// <summary>The parser's result: the one member below the root, with text for leaves.</summary>
    static JsonElement Read(byte[] xml)
    {
        var (body, error) = XmlInput.Parse(new DefaultHttpContext().Request, new ReadOnlySequence<byte>(xml));
        error.ShouldBeNull();
        using (body)
            return body.ShouldNotBeNull().Json.RootElement.GetProperty("value").Clone();
    }

    /// <summary>
    /// The same value as a tree. XML does not distinguish numbers from words, nor a structure without fields from empty
    /// text.
    /// </summary>
    static object Expected(VapiType type, object value) => type switch
    {
        VapiType.List list => ((IEnumerable)value).Cast<object>().Select(element => Expected(list.Element, element)).ToArray(),
        VapiType.Structure structure when structure.Fields.Any(field => field.Get!(value) is not null) =>
            structure.Fields.Where(field => field.Get!(value) is not null)
                .ToDictionary(field => field.Name, field => Expected(field.Type, field.Get!(value)!)),
        VapiType.Structure => "",
        _ => WireModels.TextOf(value),
    };

    static string Normal(object tree) => JsonSerializer.Serialize(Sorted(JsonSerializer.SerializeToElement(tree)));

    static object? Sorted(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject()
            .OrderBy(member => member.Name, StringComparer.Ordinal)
            .ToDictionary(member => member.Name, member => Sorted(member.Value)),
        JsonValueKind.Array => json.EnumerateArray().Select(Sorted).ToArray(),
        _ => json.GetString(),
    };

    static Gen<Typed> Anything(int depth) =>
        depth == 0 ? Leaf : Gen.OneOf(Leaf, ListOf(Leaf), Structure(Anything(depth - 1)), ListOf(Structure(Anything(depth - 1))));

    static Gen<Typed> Leaf { get; } =
        Gen.Elements(VapiType.Text, VapiType.Secret, VapiType.Integer, VapiType.Flag, VapiType.Time).SelectMany(Of);

    static Gen<Typed> ListOf(Gen<Typed> elements) =>
        from first in elements
        from others in Gen.Choose(0, 2).SelectMany(count => Of(first.Type).ArrayOf(count))
        from isEmpty in Gen.Elements(true, false, false, false)
        select new Typed(VapiType.ListOf(first.Type), isEmpty ? [] : others.Select(other => other.Value).Prepend(first.Value).ToArray());

    static Gen<Typed> Structure(Gen<Typed> members) =>
        members.ArrayOf().Select(values => new Typed(
            new VapiType.Structure("com.vmware.test.structure", [.. values.Select((member, index) =>
                new Field($"field_{index}", member.Type, IsOptional: true, model => ((object?[])model)[index]))]),
            values.Select(member => member.Value).ToArray()));

    /// <summary>A value of a given type. A structure's fields get generated values, whatever its model.</summary>
    static Gen<Typed> Of(VapiType type) => type switch
    {
        VapiType.Int64 => Gen.Choose(int.MinValue, int.MaxValue).Select(number => new Typed(type, (long)number * 7919)),
        VapiType.Bool => Gen.Elements(true, false).Select(flag => new Typed(type, flag)),
        VapiType.DateTime => Gen.Choose(0, int.MaxValue).Select(second => new Typed(type, DateTimeOffset.UnixEpoch.AddSeconds(second))),
        VapiType.Enumeration words => Gen.Elements(words.Words.ToArray()).Select(word => new Typed(type, word)),
        VapiType.List list => ListOf(Of(list.Element)).Select(made => made with { Type = type is VapiType.List ? made.Type : type }),
        VapiType.Structure structure => Fields(structure),
        _ => Text.Select(text => new Typed(type, text)),
    };

    static Gen<Typed> Fields(VapiType.Structure structure) =>
        structure.Fields
            .Select(field => Of(field.Type).SelectMany(value => Gen.Elements(true, true, false).Select(isSet => (value, isSet))))
            .Aggregate(
                Gen.Constant(ImmutableArray<(Typed, bool)>.Empty),
                (all, next) => all.SelectMany(fields => next.Select(field => fields.Add(field))))
            .Select(values => new Typed(
                new VapiType.Structure(structure.Name, [.. structure.Fields.Select((field, index) =>
                    field with { Type = values[index].Item1.Type, Get = model => ((object?[])model)[index] })]),
                values.Select((value, index) => value.Item2 || !structure.Fields[index].IsOptional ? value.Item1.Value : null).ToArray()));
}
