using System.Text.Json;
using System.Text.Json.Nodes;
using Sessions.Projections.Verification;
using Sessions.Storage.Log;

namespace Sessions.Projections.Exports;

/// <summary>
/// The last line of an exported file, which says what must come before it. The digest is over every byte before this
/// line, so it reveals a line that was lost, added, moved or changed. The seals, each a line after the events that it
/// covers, prove that the log was the same before.
/// </summary>
/// <param name="Count">How many events.</param>
/// <param name="First">The place of the first, or null.</param>
/// <param name="Last">The place of the last, or null.</param>
/// <param name="Filter">Which events were exported.</param>
/// <param name="IsMasked">Whether personal fields were replaced.</param>
/// <param name="ExportedAt">When, by the database's clock.</param>
/// <param name="Digest">The SHA-256 over all bytes before this line, in hexadecimal.</param>
/// <param name="Head">The newest seal of the database, or null: worth keeping even from a part of the log.</param>
/// <param name="Seals">How many seals: all, if the whole log was exported unmasked, and none otherwise.</param>
public sealed record ExportManifest(
    long Count,
    LogPosition? First,
    LogPosition? Last,
    ExportFilter Filter,
    bool IsMasked,
    DateTimeOffset ExportedAt,
    string Digest,
    SealHead? Head,
    long Seals)
{
    /// <summary>The version of the format: 2 since each seal has a line.</summary>
    const int Format = 2;

    const string Member = "manifest";

    /// <summary>Whether it is the whole log, unmasked, so that it can be compared with seals.</summary>
    public bool IsWhole => Filter.IsNone && !IsMasked;

    /// <summary>The line, without a line break.</summary>
    public string ToLine() => new JsonObject
    {
        [Member] = new JsonObject
        {
            ["format"] = Format,
            ["count"] = Count,
            ["first"] = PlaceOf(First),
            ["last"] = PlaceOf(Last),
            ["filter"] = JsonSerializer.SerializeToNode(Filter, ManifestJson.Default.ExportFilter),
            ["masked"] = IsMasked,
            ["exported_at"] = ExportedAt.UtcDateTime,
            ["digest"] = Digest,
            ["head"] = JsonSerializer.SerializeToNode(Head, ManifestJson.Default.SealHead),
            ["seals"] = Seals,
        },
    }.ToJsonString();

    /// <summary>Reads the line.</summary>
    /// <exception cref="FormatException">It is no manifest of this format.</exception>
    public static ExportManifest Read(ReadOnlySpan<byte> line)
    {
        try
        {
            var manifest = JsonNode.Parse(line)![Member]!;
            return (int)manifest["format"]! != Format
                ? throw new FormatException("The file was exported by another version of this program.")
                : new ExportManifest(
                    (long)manifest["count"]!,
                    SealJson.PositionOf(manifest["first"]),
                    SealJson.PositionOf(manifest["last"]),
                    manifest["filter"].Deserialize(ManifestJson.Default.ExportFilter) ?? throw new JsonException("It has no filter."),
                    (bool)manifest["masked"]!,
                    (DateTimeOffset)manifest["exported_at"]!,
                    (string)manifest["digest"]!,
                    manifest["head"].Deserialize(ManifestJson.Default.SealHead),
                    (long)manifest["seals"]!);
        }
        // A member occurs twice, is missing or null, or has another form.
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException or NullReferenceException
            or ArgumentException or OverflowException)
        {
            throw new FormatException(
                "The last line of the file is not a manifest: the file was cut off, or is not an export.", unreadable);
        }
    }

    static JsonNode? PlaceOf(LogPosition? position) => position is { } place ? SealJson.ToJson(place) : null;
}
