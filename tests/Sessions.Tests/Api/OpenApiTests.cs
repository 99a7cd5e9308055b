using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Sessions.Api.Vapi;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

public sealed class OpenApiTests(StorageApp app) : IClassFixture<StorageApp>
{
    const string Description = "/openapi/v1.json";

    [Fact]
    public async Task The_description_is_there_for_everybody()
    {
        using var nobody = app.CreateClient();

        using var answer = await nobody.GetAsync(Description);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        (await answer.Json()).GetProperty("openapi").GetString()!.ShouldStartWith("3.0.");
    }

    [Fact]
    public async Task The_description_is_valid()
    {
        using var nobody = app.CreateClient();

        var (document, diagnostic) = OpenApiDocument.Parse(await nobody.GetStringAsync(Description), "json");

        document.ShouldNotBeNull();
        diagnostic!.Errors.ShouldBeEmpty();
        diagnostic.Warnings.ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_reference_leads_somewhere()
    {
        var document = await Read();
        var check = new SchemaCheck(document);

        var references = All(document).Where(member => member.Name == "$ref").Select(member => member.Value.GetString()!).ToArray();

        references.ShouldNotBeEmpty();
        foreach (var reference in references)
            check.Resolve(reference).ValueKind.ShouldBe(JsonValueKind.Object);
    }

    [Fact]
    public async Task Every_operation_has_a_name_of_its_own()
    {
        var ids = Described(await Read()).Select(operation => operation.GetProperty("operationId").GetString()).ToArray();

        ids.ShouldBeUnique();
    }

    [Fact]
    public async Task Every_operation_is_described_with_its_inputs_and_what_it_does()
    {
        var document = await Read();
        foreach (var operation in app.Services.GetRequiredService<IReadOnlyList<Operation>>())
        {
            var described = Find(document, operation);
            var text = described.GetProperty("summary").GetString()
                + (described.TryGetProperty("description", out var lines) ? lines.GetString() : "");
            operation.Summary.ShouldNotBeNullOrWhiteSpace(operation.FullName);
            text.ShouldContain(operation.Summary);

            var inputs = NamesOfInputs(described).ToArray();
            foreach (var parameter in operation.Parameters)
            {
                var name = parameter.Header
                    ?? (parameter.Type is VapiType.Structure structure ? structure.Name["com.vmware.".Length..] : parameter.Name);
                inputs.ShouldContain(name, operation.FullName);
            }

            if (operation.Route.Action is { } action)
                Words(described, "action").ShouldContain(action);
        }
    }

    [Fact]
    public async Task Every_operation_is_described_with_its_answer_and_all_of_its_errors()
    {
        var document = await Read();
        foreach (var operation in app.Services.GetRequiredService<IReadOnlyList<Operation>>())
        {
            var responses = Find(document, operation).GetProperty("responses");
            responses.GetProperty($"{operation.Route.Status}").TryGetProperty("content", out _)
                .ShouldBe(operation.Output is not VapiType.Void, operation.FullName);

            ErrorType[] errors =
                [.. operation.Errors, ErrorType.Unauthenticated, ErrorType.InternalServerError, ErrorType.ServiceUnavailable];
            foreach (var error in errors)
            {
                responses.GetProperty($"{error.Status}").GetRawText()
                    .ShouldContain($"\"#/components/schemas/vapi.std.errors.{error.Name}\"", Case.Sensitive, operation.FullName);
                Words(document.GetProperty("components").GetProperty("schemas").GetProperty("vapi.std.errors." + error.Name), "error_type")
                    .ShouldBe([error.Name.ToUpperInvariant()]);
            }
        }
    }

    [Fact]
    public async Task The_login_takes_a_password_and_everything_else_a_token()
    {
        var document = await Read();

        document.GetProperty("security")[0].Names().ShouldBe(["session"]);
        var others = Described(document).Where(operation => operation.TryGetProperty("security", out _)).ToArray();
        others.ShouldHaveSingleItem().GetProperty("operationId").GetString().ShouldBe("cis.session.create");
        others[0].GetProperty("security")[0].Names().ShouldBe(["basic"]);
        var schemes = document.GetProperty("components").GetProperty("securitySchemes");
        schemes.GetProperty("basic").GetProperty("scheme").GetString().ShouldBe("basic");
        schemes.GetProperty("session").GetProperty("name").GetString().ShouldBe("vmware-api-session-id");
    }

    /// <summary>The description of this operation, shared by all operations with the same path and method.</summary>
    static JsonElement Find(JsonElement document, Operation operation) =>
        document.GetProperty("paths").GetProperty("/api/" + operation.Route.Path)
            .GetProperty(operation.Route.Verb.ToLowerInvariant());

    static IEnumerable<JsonElement> Described(JsonElement document) =>
        document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject()).Select(verb => verb.Value);

    /// <summary>The allowed words of an enumerated parameter or property.</summary>
    static IEnumerable<string?> Words(JsonElement described, string name)
    {
        var schema = described.TryGetProperty("parameters", out var parameters)
            ? parameters.EnumerateArray().Single(parameter => parameter.GetProperty("name").ValueEquals(name)).GetProperty("schema")
            : described.GetProperty("properties").GetProperty(name);
        return schema.GetProperty("enum").EnumerateArray().Select(word => word.GetString());
    }

    /// <summary>The names of the parameters, of the body's members, and of the structures in the body.</summary>
    static IEnumerable<string?> NamesOfInputs(JsonElement described)
    {
        var parameters = described.TryGetProperty("parameters", out var all)
            ? all.EnumerateArray().Select(one => one.GetProperty("name").GetString())
            : [];
        return described.TryGetProperty("requestBody", out var body)
            ? parameters
                .Concat(All(body).Where(member => member.Name == "properties").SelectMany(member => member.Value.Names()))
                .Concat(All(body).Where(member => member.Name == "title").Select(member => member.Value.GetString()))
            : parameters;
    }

    static IEnumerable<JsonProperty> All(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().SelectMany(member => All(member.Value).Prepend(member)),
        JsonValueKind.Array => value.EnumerateArray().SelectMany(All),
        _ => [],
    };

    async Task<JsonElement> Read()
    {
        using var nobody = app.CreateClient();
        return await (await nobody.GetAsync(Description)).Json();
    }
}
