using System.Text.Json;
using Sessions.Api.Access;

namespace Sessions.Api.Vapi.Dialects;

/// <summary>A JSON-RPC request as far as it is understood.</summary>
/// <param name="Id">Its id, which must come back unchanged: a string must not become a number.</param>
/// <param name="Service">The service called.</param>
/// <param name="Operation">The operation called.</param>
/// <param name="Token">The login token, if one came.</param>
/// <param name="Credentials">The name and password, if they came.</param>
/// <param name="Input">The inputs, still wrapped.</param>
internal sealed record JsonRpcRequest(
    JsonElement? Id, string Service, string Operation, string? Token, BasicCredentials? Credentials, JsonElement? Input)
{
    /// <summary>What is wrong with the envelope, as the protocol's code and text.</summary>
    public (int Code, string Text)? Fault { get; init; }

    /// <summary>Reads a request; null if it is no JSON-RPC. Headers win over the body, as newer clients expect.</summary>
    public static JsonRpcRequest? Of(JsonElement? root, IHeaderDictionary headers)
    {
        if (root is not { ValueKind: JsonValueKind.Object } body || Text(body, "jsonrpc") != "2.0")
            return null;

        JsonElement? id = body.TryGetProperty("id", out var given) ? given : null;
        var call = Member(body, "params");
        var security = Member(Member(call, "ctx"), "securityCtx");
        var user = Text(security, "userName");
        return new JsonRpcRequest(
            id,
            Header(headers, "vapi-service") ?? Text(call, "serviceId") ?? "",
            Header(headers, "vapi-operation") ?? Text(call, "operationId") ?? "",
            Header(headers, "vmware-api-session-id") ?? Text(security, "sessionId"),
            user is null ? null : new BasicCredentials(user, Text(security, "password") ?? ""),
            Member(call, "input"))
        {
            Fault = Text(body, "method") != "invoke" ? (-32601, "There is no such method.")
                : call is null ? (-32602, "The parameters are no object.")
                : IsNoObject(call.Value, "input") ? (-32602, "The input is no object.")
                : null,
        };
    }

    static string? Header(IHeaderDictionary headers, string name) =>
        headers[name] is [{ Length: > 0 } value] ? value : null;

    static JsonElement? Member(JsonElement? parent, string name) =>
        parent is { ValueKind: JsonValueKind.Object } json
        && json.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Object
            ? member
            : null;

    /// <summary>
    /// Whether this member is there and neither an object nor null: <see cref="Member"/> would return it as missing.
    /// </summary>
    static bool IsNoObject(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var member) && member.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null);

    static string? Text(JsonElement? parent, string name) =>
        parent is { ValueKind: JsonValueKind.Object } json
        && json.TryGetProperty(name, out var member) && JsonInput.TryRead(member, VapiType.Text, isText: false, out var text)
            ? (string?)text
            : null;
}
