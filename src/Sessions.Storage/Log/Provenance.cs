using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sessions.Storage.Log;

/// <summary>Who and what caused an event; stored beside it as its metadata.</summary>
/// <param name="Origin">
/// How it came about: the dialect and the operation, or the schedule; the lease, for an expiry that a caller's command
/// found due before the schedule came.
/// </param>
/// <param name="Actor">The user who asked, or null for the system itself.</param>
/// <param name="Roles">The actor's roles at that moment, or null for none.</param>
/// <param name="Address">The client's network address.</param>
/// <param name="TraceParent">The request's W3C trace parent, if it had one.</param>
/// <param name="Node">The node that carried it out.</param>
public sealed record Provenance(
    string Origin,
    // Written first, as it always has been.
    [property: JsonPropertyOrder(-1)] string? Actor = null,
    IReadOnlyList<string>? Roles = null,
    string? Address = null,
    string? TraceParent = null,
    string? Node = null)
{
    /// <summary>Whether the actor may read the storage itself, as DIRECT links require.</summary>
    [JsonIgnore]
    public bool MayReadStorage { get; init; }

    /// <summary>
    /// Whether the system acts for itself and not for a user: of all commands, only the schedule's do so.
    /// </summary>
    [JsonIgnore]
    public bool IsSystem => Actor is null;

    internal byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, EventJsonContext.Default.Provenance);

    internal static Provenance FromJson(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, EventJsonContext.Default.Provenance) ?? throw new JsonException("It is null.");
}
