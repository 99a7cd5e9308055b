using System.Collections;
using System.Text.Json;

namespace Sessions.Api.Vapi.Dialects;

/// <summary>
/// Values and errors as JSON-RPC carries them: a walk over their type. Each structure is named and each optional field
/// wrapped; clients fail on an optional value without its wrapper.
/// </summary>
internal static class JsonRpcOutput
{
    public static void Write(HttpResponse response, JsonElement? id, Operation? operation, Answer answer) =>
        Respond(response, id, json =>
        {
            json.WriteStartObject("result");
            if (answer.Error is { } error)
            {
                json.WriteStartObject("error");
                WriteError(json, error);
                json.WriteEndObject();
            }
            else
            {
                json.WritePropertyName("output");
                if (answer.Value is null)
                    json.WriteNullValue();
                else
                    WriteValue(json, operation!.Output, answer.Value);
            }

            json.WriteEndObject();
        });

    /// <summary>Answers a body that is no JSON-RPC: the one answer whose status is not 200.</summary>
    /// <param name="response">The response.</param>
    /// <param name="unreadable">What is wrong with the body, or null if it is JSON but no JSON-RPC.</param>
    public static void WriteProtocolError(HttpResponse response, VapiError? unreadable)
    {
        response.StatusCode = unreadable?.Status ?? StatusCodes.Status400BadRequest;
        var code = response.StatusCode == StatusCodes.Status400BadRequest && unreadable is not null ? -32700 : -32600;
        WriteFault(response, id: null, (code, unreadable?.Message.DefaultMessage ?? "The body is no JSON-RPC."));
    }

    public static void WriteProtocolError(HttpResponse response, JsonRpcRequest request, (int Code, string Text) fault) =>
        WriteFault(response, request.Id, fault);

    static void WriteFault(HttpResponse response, JsonElement? id, (int Code, string Text) fault) =>
        Respond(response, id, json =>
        {
            json.WriteStartObject("error");
            json.WriteNumber("code", fault.Code);
            json.WriteString("message", fault.Text);
            json.WriteEndObject();
        });

    static void Respond(HttpResponse response, JsonElement? id, Action<Utf8JsonWriter> write) =>
        JsonResponse.Write(response, (id, write), static (json, answer) =>
        {
            json.WriteStartObject();
            json.WriteString("jsonrpc", "2.0");
            json.WritePropertyName("id");
            if (answer.id is { } id)
                id.WriteTo(json);
            else
                json.WriteNullValue();
            answer.write(json);
            json.WriteEndObject();
        });

    static void WriteError(Utf8JsonWriter json, VapiError error)
    {
        json.WriteStartObject("ERROR");
        json.WriteStartObject(error.Type.FullName);
        json.WriteStartArray("messages");
        WriteValue(json, LocalizableMessage.Shape, error.Message);
        json.WriteEndArray();
        json.WriteStartObject("data");
        json.WriteNull("OPTIONAL");
        json.WriteEndObject();
        json.WriteStartObject("error_type");
        json.WriteString("OPTIONAL", error.Type.Word);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    static void WriteValue(Utf8JsonWriter json, VapiType type, object value)
    {
        switch (type)
        {
            case VapiType.SecretText:
                json.WriteStartObject();
                json.WriteString("SECRET", (string)value);
                json.WriteEndObject();
                break;
            case VapiType.List list:
                json.WriteStartArray();
                foreach (var element in (IEnumerable)value)
                    WriteValue(json, list.Element, element);
                json.WriteEndArray();
                break;
            case VapiType.Structure structure:
                WriteStructure(json, structure, value);
                break;
            default:
                JsonOutput.Write(json, type, value);
                break;
        }
    }

    static void WriteStructure(Utf8JsonWriter json, VapiType.Structure structure, object model)
    {
        json.WriteStartObject();
        json.WriteStartObject("STRUCTURE");
        json.WriteStartObject(structure.Name);
        foreach (var field in structure.Fields)
        {
            var value = field.Get!(model);
            json.WritePropertyName(field.Name);
            if (!field.IsOptional)
            {
                WriteValue(json, field.Type, value!);
                continue;
            }

            json.WriteStartObject();
            json.WritePropertyName("OPTIONAL");
            if (value is null)
                json.WriteNullValue();
            else
                WriteValue(json, field.Type, value);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
