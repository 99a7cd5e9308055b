using System.Text.Json;
using System.Text.Json.Nodes;
using Sessions.Projections.Seals;
using Sessions.Storage.Log;

namespace Sessions.Projections.Exports;

/// <summary>Seals in files: everything but their entries, which follow from the events.</summary>
public static class SealJson
{
    const string Member = "seal";

    /// <summary>How every line with a seal begins, and none with an event.</summary>
    public static ReadOnlySpan<byte> LineStart => "{\"seal\":"u8;

    /// <summary>A seal as a line, without a line break.</summary>
    public static string ToLine(Seal seal) => new JsonObject { [Member] = ToJson(seal) }.ToJsonString();

    /// <summary>Reads such a line.</summary>
    /// <exception cref="FormatException">It is no seal.</exception>
    public static Seal ReadLine(ReadOnlySpan<byte> line)
    {
        try
        {
            return Read(JsonNode.Parse(line)![Member]!);
        }
        // A member occurs twice, is missing or null, or has another form.
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException or NullReferenceException
            or ArgumentException or OverflowException or FormatException)
        {
            throw new FormatException("This line is not a seal.", unreadable);
        }
    }

    /// <summary>A seal.</summary>
    public static JsonNode ToJson(Seal seal)
    {
        ArgumentNullException.ThrowIfNull(seal);
        var json = new JsonObject
        {
            ["number"] = seal.Number,
            ["count"] = seal.Count,
            ["first"] = ToJson(seal.First),
            ["last"] = ToJson(seal.Last),
            ["sealed_at"] = seal.SealedAt.UtcDateTime,
            ["previous"] = Convert.ToHexStringLower(seal.Previous.Span),
            ["digest"] = Convert.ToHexStringLower(seal.Digest.Span),
            ["hash"] = Convert.ToHexStringLower(seal.Hash.Span),
        };
        if (seal.Signature is { } signature)
        {
            json["signed_by"] = Convert.ToHexStringLower(signature.SignedBy.Span);
            json["signature"] = Convert.ToHexStringLower(signature.Value.Span);
        }

        return json;
    }

    static Seal Read(JsonNode json)
    {
        return new Seal(
            (long)json["number"]!, PositionOf(json["first"])!.Value, PositionOf(json["last"])!.Value, (int)json["count"]!,
            (DateTimeOffset)json["sealed_at"]!, Bytes("previous"), Bytes("digest"), ReadOnlyMemory<byte>.Empty)
        {
            Hash = Bytes("hash"),
            Signature = json["signature"] is null ? null : new SealSignature(Bytes("signed_by"), Bytes("signature")),
        };

        byte[] Bytes(string member) => Convert.FromHexString((string)json[member]!);
    }

    /// <summary>A place in the log: epoch, transaction and number.</summary>
    public static JsonNode ToJson(LogPosition position) =>
        new JsonArray(position.Epoch, position.Transaction, position.Number);

    /// <summary>A place, or null for none.</summary>
    public static LogPosition? PositionOf(JsonNode? json) => json is JsonArray { Count: 3 } place
        ? new LogPosition((int)place[0]!, (ulong)place[1]!, (long)place[2]!)
        : null;
}
