using System.Text.Json;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Wire;

/// <summary>Libraries, items and their files as the official SDKs ask for them.</summary>
public sealed class LibraryJsonRpcTests(StorageApp app) : IClassFixture<StorageApp>
{
    const string Library = "com.vmware.content.library";
    const string Item = "com.vmware.content.library.item";

    [Fact]
    public async Task An_item_is_found_as_the_Python_SDK_asks()
    {
        var answer = await app.Invoke(await app.LogInByJsonRpc("ana"), Item, "find", """
            "spec":{"STRUCTURE":{"com.vmware.content.library.item.find_spec":{
               "name":{"OPTIONAL":"Hello-World"},"library_id":{"OPTIONAL":null},"source_id":{"OPTIONAL":null},
               "type":{"OPTIONAL":null},"cached":{"OPTIONAL":true}}}}
            """);

        answer.Output().EnumerateArray().Select(id => id.GetString()).ShouldBe([app.ItemId]);
    }

    [Theory]
    [InlineData(Library, "find", """ "spec":{"STRUCTURE":{"com.vmware.content.library.find_spec":{"type":{"OPTIONAL":null}}}} """, "invalid_argument")]
    [InlineData(Library, "find", "", "invalid_argument")]
    [InlineData(Library, "find", """ "spec":{"STRUCTURE":{"com.vmware.content.library.find_spec":{"type":{"OPTIONAL":"NONE"}}}} """, "invalid_argument")]
    [InlineData(Item + ".file", "get", """ "library_item_id":"x","name":"y" """, "not_found")]
    [InlineData(Item + ".storage", "list", """ "library_item_id":"x" """, "unauthorized")]
    [InlineData(Item + ".update_session", "get", """ "update_session_id":"x" """, "not_found")]
    public async Task A_refusal_is_an_error_of_its_type(string service, string operation, string input, string error)
    {
        var answer = await app.Invoke(await app.LogInByJsonRpc("ana"), service, operation, input);

        answer.ErrorName().ShouldBe("com.vmware.vapi.std.errors." + error);
    }

    [Fact]
    public async Task A_library_wraps_what_is_optional_and_the_structures_within()
    {
        var token = await app.LogInByJsonRpc("ana");
        var id = (await app.Invoke(token, Library, "list", "")).Output()[0].GetString();
        var answer = await app.Invoke(token, Library, "get", $"\"library_id\":\"{id}\"");

        var model = answer.Output().Structure("com.vmware.content.library_model");
        var backing = model.GetProperty("storage_backings").GetProperty("OPTIONAL")[0]
            .Structure("com.vmware.content.library.storage_backing");
        backing.GetProperty("type").GetProperty("OPTIONAL").GetString().ShouldBe("OTHER");
        backing.GetProperty("storage_uri").GetProperty("OPTIONAL").ValueKind.ShouldBe(JsonValueKind.Null);
        model.GetProperty("publish_info").GetProperty("OPTIONAL").Structure("com.vmware.content.library.publish_info")
            .GetProperty("published").GetProperty("OPTIONAL").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task Files_and_storage_are_structures_whose_required_fields_are_bare()
    {
        var token = await app.LogInByJsonRpc("bo");
        var input = $"\"library_item_id\":\"{app.ItemId}\",\"name\":\"hello.txt\",\"file_name\":\"hello.txt\"";

        (await app.Invoke(token, Item + ".file", "get", input)).Output()
            .Structure("com.vmware.content.library.item.file.info").GetProperty("size").GetInt64().ShouldBe(14);

        var place = (await app.Invoke(token, Item + ".storage", "get", input)).Output()[0]
            .Structure("com.vmware.content.library.item.storage.info");
        place.GetProperty("storage_uris")[0].GetString()!.ShouldStartWith("file:///");
        place.GetProperty("storage_backing").Structure("com.vmware.content.library.storage_backing")
            .GetProperty("storage_uri").GetProperty("OPTIONAL").GetString()!.ShouldEndWith("/sample");
    }

    [Fact]
    public async Task There_are_no_update_sessions()
    {
        var answer = await app.Invoke(await app.LogInByJsonRpc("ana"), Item + ".update_session", "list", "");

        answer.Output().GetArrayLength().ShouldBe(0);
    }
}
