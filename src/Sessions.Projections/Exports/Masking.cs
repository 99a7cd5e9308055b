using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sessions.Domain;
using Sessions.Storage.Log;

namespace Sessions.Projections.Exports;

/// <summary>
/// Replaces what tells of a person by a pseudonym: the same word by the same one within an export, so that the
/// file still shows who did what with whose session. The key is drawn for one export and kept nowhere, so
/// nobody can try out names. Ids, times, items and files stay.
/// </summary>
public sealed class Masking : IDisposable
{
    const int PseudonymSize = 9;

    /// <summary>The members of data and metadata that are replaced, and what stands before the pseudonym.</summary>
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

    /// <summary>The filter, masked: whose sessions were asked for names a person too.</summary>
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

    /// <summary>Each member by itself: of two of one name, which only somebody else can have written, neither may be passed over.</summary>
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
