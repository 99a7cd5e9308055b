using System.Text.Json;

namespace Sessions.Api.Vapi.Dialects;

/// <summary>The body of a request as a tree, whatever its format.</summary>
/// <param name="Json">The tree.</param>
/// <param name="IsText">Whether all leaves are text, as in XML and queries: numbers cannot be told from words.</param>
internal sealed record InputBody(JsonDocument Json, bool IsText = false) : IDisposable
{
    /// <summary>Whether it holds more than <c>{}</c> or <c>null</c>.</summary>
    public bool SaysAnything => Json.RootElement.ValueKind switch
    {
        JsonValueKind.Null => false,
        JsonValueKind.Object => Json.RootElement.EnumerateObject().Any(),
        _ => true,
    };

    /// <summary>Reads a member of the root; false if it is of another type. A missing member is null.</summary>
    public bool TryReadMember(string name, VapiType type, out object? value)
    {
        value = null;
        return Json.RootElement.ValueKind == JsonValueKind.Null
            || (Json.RootElement.ValueKind == JsonValueKind.Object
                && (!Json.RootElement.TryGetProperty(name, out var member)
                    || JsonInput.TryRead(member, type, IsText, out value)));
    }

    public void Dispose() => Json.Dispose();
}
