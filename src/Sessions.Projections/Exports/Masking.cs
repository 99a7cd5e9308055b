using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Sessions.Domain;
using Sessions.Storage;

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
            Mask(logged.Data.Span), Mask(logged.Metadata.Span));
    }

    /// <summary>The filter, masked: whose sessions were asked for names a person too.</summary>
    public ExportFilter Mask(ExportFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return filter with { Owner = filter.Owner is { } owner ? Pseudonym("user", owner) : null };
    }

    /// <inheritdoc/>
    public void Dispose() => keyed.Dispose();

    byte[] Mask(ReadOnlySpan<byte> json)
    {
        var node = JsonNode.Parse(json);
        if (node is JsonObject members)
        {
            foreach (var (field, prefix) in Fields)
            {
                if (members[field] is JsonValue value && value.TryGetValue<string>(out var text))
                    members[field] = Pseudonym(prefix, text);
            }
        }

        return Encoding.UTF8.GetBytes(node?.ToJsonString() ?? "null");
    }

    string Pseudonym(string prefix, string text) =>
        prefix + "-" + Base64Url.EncodeToString(
            keyed.ComputeHash(Encoding.UTF8.GetBytes(prefix + "\0" + text)).AsSpan(0, PseudonymSize));
}
