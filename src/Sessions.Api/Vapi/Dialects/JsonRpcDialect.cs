using System.Buffers;
using System.Text.Json;
using Sessions.Api.Access;

namespace Sessions.Api.Vapi.Dialects;

/// <summary>
/// The dialect of the official SDKs: JSON-RPC 2.0 at <c>POST /api</c>, one method, <c>invoke</c>. The
/// HTTP status is always 200, errors of the API are results; only what is no JSON-RPC at all is 400.
/// </summary>
internal sealed class JsonRpcDialect
{
    const string Name = "json-rpc";

    readonly Dictionary<(string Service, string Name), Operation> operations;
    readonly Logins logins;
    readonly Answering answering;

    public JsonRpcDialect(IEnumerable<Operation> operations, Logins logins, Answering answering)
    {
        this.operations = operations.ToDictionary(operation => (operation.Service, operation.Name));
        this.logins = logins;
        this.answering = answering;
    }

    public async Task Handle(HttpContext http)
    {
        var (body, unreadable) = await ReadBody(http);
        using (body)
        {
            if (unreadable is not null || JsonRpcRequest.Of(body?.Json.RootElement, http.Request.Headers) is not { } request)
            {
                JsonRpcOutput.WriteProtocolError(http.Response, unreadable is not null);
                return;
            }

            if (request.Fault is { } fault)
            {
                JsonRpcOutput.WriteProtocolError(http.Response, request, fault);
                return;
            }

            var operation = operations.GetValueOrDefault((request.Service, request.Operation));
            if (await answering.Answer(http, (request, operation), Call) is { } answer)
                JsonRpcOutput.Write(http.Response, request, operation, answer);
        }
    }

    static async ValueTask<(InputBody? Body, VapiError? Error)> ReadBody(HttpContext http)
    {
        try
        {
            return await RequestBody.ReadJson(http.Request);
        }
        catch (BadHttpRequestException)
        {
            return (null, Errors.Malformed("HTTP"));
        }
    }

    async ValueTask<Answer> Call(HttpContext http, (JsonRpcRequest Request, Operation? Operation) target)
    {
        var (request, operation) = target;
        if (operation is null)
            return Errors.UnknownOperation();

        var caller = operation.IsLogin || request.Token is null
            ? null
            : await logins.Authenticate(request.Token, http.RequestAborted);
        if (caller is null && !operation.IsLogin)
            return Errors.LoginRequired();

        using var input = JsonRpcInput.Unwrap(request.Input);
        var arguments = new object?[operation.Parameters.Count];
        for (var i = 0; i < arguments.Length; i++)
        {
            var parameter = operation.Parameters[i];
            var isRead = input.TryReadMember(parameter.Name, parameter.Type, out arguments[i]);
            if (InputCheck.FindFault(operation, parameter, isRead, arguments[i]) is { } fault)
                return fault;
        }

        return await operation.Invoke(new Call(operation, Name, caller, request.Credentials, arguments, http));
    }
}

/// <summary>A JSON-RPC request as far as it is understood.</summary>
/// <param name="Id">Its id, which must come back as it was: a string is not a number.</param>
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

    /// <summary>Null when it is no JSON-RPC at all. Headers win over the body, as newer clients want it.</summary>
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

    static string? Text(JsonElement? parent, string name) =>
        parent is { ValueKind: JsonValueKind.Object } json
        && json.TryGetProperty(name, out var member) && JsonInput.TryRead(member, VapiType.Text, isText: false, out var text)
            ? (string?)text
            : null;
}

/// <summary>Inputs without their JSON-RPC wrappers, so that they read like plain JSON.</summary>
internal static class JsonRpcInput
{
    public static InputBody Unwrap(JsonElement? input)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            if (input is { } given)
                Write(json, given);
            else
                json.WriteNullValue();
        }

        return new InputBody(JsonDocument.Parse(buffer.WrittenMemory));
    }

    static void Write(Utf8JsonWriter json, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object when Wrapped(value, "OPTIONAL") is { } optional:
                Write(json, optional);
                break;
            case JsonValueKind.Object when Wrapped(value, "SECRET") is { } secret:
                Write(json, secret);
                break;
            case JsonValueKind.Object when Wrapped(value, "STRUCTURE") is { ValueKind: JsonValueKind.Object } named
                && named.EnumerateObject().FirstOrDefault() is { Value.ValueKind: JsonValueKind.Object } structure:
                Write(json, structure.Value);
                break;
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var member in value.EnumerateObject())
                {
                    json.WritePropertyName(member.Name);
                    Write(json, member.Value);
                }

                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var element in value.EnumerateArray())
                    Write(json, element);
                json.WriteEndArray();
                break;
            default:
                value.WriteTo(json);
                break;
        }
    }

    static JsonElement? Wrapped(JsonElement value, string wrapper) =>
        value.TryGetProperty(wrapper, out var inner) ? inner : null;
}
