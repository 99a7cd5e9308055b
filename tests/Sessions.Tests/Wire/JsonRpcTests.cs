using System.Net;
using System.Text;
using System.Text.Json;
using Sessions.Tests.Api;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Wire;

/// <summary>The dialect of the official SDKs for Python, Java and .NET.</summary>
public sealed class JsonRpcTests(SessionsApp app) : IClassFixture<SessionsApp>
{
    const string Sessions = "com.vmware.content.library.item.download_session";

    [Fact]
    public async Task A_login_answers_with_a_secret()
    {
        var token = await Login();

        token.ShouldMatch("^[0-9a-z]{32,}$");
    }

    [Fact]
    public async Task A_session_is_created_as_the_Python_SDK_sends_it()
    {
        var token = await Login();
        var id = (await Invoke(token, Sessions, "create", $$$"""
            "client_token":{"OPTIONAL":"{{{Guid.CreateVersion7()}}}" },
            "create_spec":{"STRUCTURE":{"com.vmware.content.library.item.download_session_model":{
               "id":{"OPTIONAL":null},"library_item_id":{"OPTIONAL":"{{{app.ItemId}}}" },
               "library_item_content_version":{"OPTIONAL":null},"error_message":{"OPTIONAL":null},
               "client_progress":{"OPTIONAL":null},"state":{"OPTIONAL":null},"expiration_time":{"OPTIONAL":null} } } }
            """)).GetProperty("result").GetProperty("output").GetString();

        var model = (await Invoke(token, Sessions, "get", $"\"download_session_id\":\"{id}\""))
            .GetProperty("result").GetProperty("output").GetProperty("STRUCTURE")
            .GetProperty("com.vmware.content.library.item.download_session_model");
        model.GetProperty("state").GetProperty("OPTIONAL").GetString().ShouldBe("ACTIVE");
        model.GetProperty("error_message").GetProperty("OPTIONAL").ValueKind.ShouldBe(JsonValueKind.Null);
        model.GetProperty("expiration_time").GetProperty("OPTIONAL").GetString()!
            .ShouldMatch(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$");
    }

    [Fact]
    public async Task An_operation_without_a_value_answers_null()
    {
        var token = await Login();
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);
        var answer = await Invoke(token, Sessions, "delete", $"\"download_session_id\":\"{id}\"");

        answer.GetProperty("result").GetProperty("output").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Theory]
    [InlineData(Sessions, "get", "\"download_session_id\":\"no-such-session\"", "not_found")]
    [InlineData(Sessions, "get", "", "invalid_argument")]
    [InlineData(Sessions, "no_such_operation", "", "operation_not_found")]
    [InlineData("no.such.service", "get", "", "operation_not_found")]
    public async Task An_error_is_a_result_and_the_status_is_200(string service, string operation, string input, string type)
    {
        var answer = await Invoke(await Login(), service, operation, input);
        var error = answer.GetProperty("result").GetProperty("error").GetProperty("ERROR")
            .GetProperty("com.vmware.vapi.std.errors." + type);

        var message = error.GetProperty("messages")[0].GetProperty("STRUCTURE")
            .GetProperty("com.vmware.vapi.std.localizable_message");
        message.GetProperty("args").ValueKind.ShouldBe(JsonValueKind.Array);
        error.GetProperty("error_type").GetProperty("OPTIONAL").GetString().ShouldBe(type.ToUpperInvariant());
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("\"x\"")]
    public async Task An_input_of_another_kind_is_not_taken_for_none(string input)
    {
        using var client = app.CreateClient();
        client.DefaultRequestHeaders.Add("vmware-api-session-id", await Login());

        var answer = await client.PostText("/api", $$$"""
            {"jsonrpc":"2.0","method":"invoke","id":"7",
             "params":{"serviceId":"{{{Sessions}}}","operationId":"list","input":{{{input}}}}}
            """);

        (await answer.Json()).GetProperty("error").GetProperty("code").GetInt32().ShouldBe(-32602);
    }

    [Fact]
    public async Task Whoever_is_not_logged_in_is_told_so()
    {
        var answer = await Invoke("no-such-token", Sessions, "list", "");

        answer.GetProperty("result").GetProperty("error").GetProperty("ERROR")
            .TryGetProperty("com.vmware.vapi.std.errors.unauthenticated", out _).ShouldBeTrue();
    }

    [Fact]
    public async Task The_id_comes_back_as_it_was()
    {
        (await Invoke(await Login(), Sessions, "list", "")).GetProperty("id").GetString().ShouldBe("7");
    }

    [Theory]
    [InlineData("{", -32700)]
    [InlineData("[]", -32600)]
    [InlineData("""{"method":"invoke"}""", -32600)]
    public async Task What_is_no_JSON_RPC_is_a_protocol_error(string body, int code)
    {
        using var client = app.CreateClient();
        using var answer = await client.PostAsync("/api", new StringContent(body, Encoding.UTF8, "application/json"));

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Json()).GetProperty("error").GetProperty("code").GetInt32().ShouldBe(code);
    }

    [Fact]
    public async Task A_body_that_is_not_read_is_told_apart_from_one_that_is_no_JSON()
    {
        using var client = app.CreateClient();
        using var text = await client.PostAsync("/api", new StringContent("{}", Encoding.UTF8, "text/plain"));
        // A client with so large a body asks first: the server closes the connection without reading the body, and the
        // close might cut off the answer.
        client.DefaultRequestHeaders.ExpectContinue = true;
        using var large = await client.PostAsync("/api", new StringContent(new string(' ', (1 << 20) + 1), Encoding.UTF8, "application/json"));

        (text.StatusCode, large.StatusCode).ShouldBe((HttpStatusCode.UnsupportedMediaType, HttpStatusCode.RequestEntityTooLarge));
        foreach (var answer in new[] { text, large })
            (await answer.Json()).GetProperty("error").GetProperty("code").GetInt32().ShouldBe(-32600);
    }

    Task<string> Login() => app.LogInByJsonRpc("ana");

    Task<JsonElement> Invoke(string token, string service, string operation, string input) =>
        app.Invoke(token, service, operation, input);
}
