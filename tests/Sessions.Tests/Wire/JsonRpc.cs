using System.Net;
using System.Text;
using System.Text.Json;
using Sessions.Tests.Api;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Wire;

/// <summary>Short forms of the requests that the official SDKs send.</summary>
static class JsonRpc
{
    public static async Task<string> LogInByJsonRpc(this SessionsApp app, string user)
    {
        var answer = await Send(app, "com.vmware.cis.session", "create", "", $$$"""
            {"schemeId":"com.vmware.vapi.std.security.user_pass","userName":"{{{user}}}","password":"{{{user}}}"}
            """);
        return answer.GetProperty("result").GetProperty("output").GetProperty("SECRET").GetString()!;
    }

    /// <summary>Calls an operation. The input holds the members of the operation's input structure.</summary>
    public static Task<JsonElement> Invoke(
        this SessionsApp app, string token, string service, string operation, string input) =>
        Send(app, service, operation, input, $$$"""
            {"schemeId":"com.vmware.vapi.std.security.session_id","sessionId":"{{{token}}}"}
            """);

    /// <summary>The output in an operation's answer.</summary>
    public static JsonElement Output(this JsonElement answer) => answer.GetProperty("result").GetProperty("output");

    /// <summary>The fields of a structure value, which must have this structure name.</summary>
    public static JsonElement Structure(this JsonElement value, string name) =>
        value.GetProperty("STRUCTURE").GetProperty(name);

    /// <summary>The name of the error in an operation's answer.</summary>
    public static string ErrorName(this JsonElement answer) =>
        answer.GetProperty("result").GetProperty("error").GetProperty("ERROR").Names().Single();

    static async Task<JsonElement> Send(
        SessionsApp app, string service, string operation, string input, string security)
    {
        using var client = app.CreateClient();
        var inputs = "{" + input + "}";
        using var answer = await client.PostAsync("/api", new StringContent(
            $$$"""
            {"jsonrpc":"2.0","method":"invoke","params":{"serviceId":"{{{service}}}","operationId":"{{{operation}}}",
             "input":{"STRUCTURE":{"operation-input":{{{inputs}}} }},
             "ctx":{"appCtx":{"opId":"1"},"securityCtx":{{{security}}} } },"id":"7"}
            """, Encoding.UTF8, "application/json"));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await answer.Json();
    }
}
