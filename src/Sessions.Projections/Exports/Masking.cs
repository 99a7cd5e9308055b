using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sessions.Domain;
using Sessions.Storage.Log;

namespace Sessions.Projections.Exports;

/// <summary>
/// Replaces personal data by pseudonyms. The same text gets the same pseudonym within an export, so the file
/// still shows who did what with whose session. The key is random for each export and stored nowhere, so nobody
/// can test guessed names. Ids, times, items and files stay.
/// </summary>
public sealed class Masking : IDisposable
{
    const int PseudonymSize = 9;

    /// <summary>The members of data and metadata that are replaced, and the prefixes of their pseudonyms.</summary>
    static readonly Dictionary<string, string> Fields = new(StringComparer.Ordinal)
    {
        ["owner"] = "user",
        ["actor"] = "user",
        ["by"] = "user",
        ["address"] = "address",
        ["message"] = "message",
    };

    readonly HMACSHA256 keyed = new(RandomNumberGenerator.GetBytes(32));

    /// <summary>The event, masked.</summary>
    public LoggedEvent Mask(LoggedEvent logged)
    {
        ArgumentNullException.ThrowIfNull(logged);
        return new LoggedEvent(
            logged.Position,
            new SessionAddress(logged.Address.Id, Pseudonym("user", logged.Address.Owner)),
            logged.Version, logged.At, logged.CommandId, logged.Type, logged.Schema,
            Mask(logged.Data), Mask(logged.Metadata));
    }

    /// <summary>The filter, masked: its owner is personal data too.</summary>
    public ExportFilter Mask(ExportFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return filter with { Owner = filter.Owner is { } owner ? Pseudonym("user", owner) : null };
    }

    /// <inheritdoc/>
    public void Dispose() => keyed.Dispose();

    byte[] Mask(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        var masked = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(masked))
            WriteMasked(writer, document.RootElement);
        return masked.WrittenSpan.ToArray();
    }

    /// <summary>Masks each member, even two with the same name, which this program never writes.</summary>
    void WriteMasked(Utf8JsonWriter masked, JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            json.WriteTo(masked);
            return;
        }

        masked.WriteStartObject();
        foreach (var member in json.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.String && Fields.TryGetValue(member.Name, out var prefix))
                masked.WriteString(member.Name, Pseudonym(prefix, member.Value.GetString()!));
            else
                member.WriteTo(masked);
        }

        masked.WriteEndObject();
    }

    string Pseudonym(string prefix, string text) =>
        prefix + "-" + Base64Url.EncodeToString(
            keyed.ComputeHash(Encoding.UTF8.GetBytes(prefix + "\0" + text)).AsSpan(0, PseudonymSize));
}
