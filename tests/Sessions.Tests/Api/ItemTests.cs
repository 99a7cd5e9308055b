using System.Net;
using System.Net.Http.Json;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

public sealed class ItemTests(SessionsApp app) : IClassFixture<SessionsApp>
{
    [Fact]
    public async Task A_list_of_items_holds_those_of_one_library()
    {
        using var ana = await app.ClientOf("ana");
        var library = (await ana.GetFromJsonAsync<string[]>(Paths.Libraries))!.Single();

        var ids = await ana.GetFromJsonAsync<string[]>($"{Paths.Items}?library_id={library}");

        ids!.ShouldBe([app.Item("hello-world"), app.Item("installer"), app.Item("tiny-vm")], ignoreOrder: true);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?library_id")]
    [InlineData("?library_id=")]
    [InlineData("?library=x")]
    public async Task A_list_of_items_needs_a_library(string query)
    {
        using var ana = await app.ClientOf("ana");

        var answer = await ana.GetAsync(Paths.Items + query);

        await answer.ShouldBe(HttpStatusCode.BadRequest, "INVALID_ARGUMENT");
        (await answer.ErrorText()).ShouldBe(
            "Unable to validate input to method com.vmware.content.library.item.list: it is missing library_id.");
    }

    [Theory]
    [InlineData(Ids.Unknown)]
    [InlineData("sample")]
    public async Task Items_of_a_library_that_does_not_exist_are_not_found(string library)
    {
        using var ana = await app.ClientOf("ana");

        await (await ana.GetAsync($"{Paths.Items}?library_id={library}")).ShouldBe(HttpStatusCode.NotFound, "NOT_FOUND");
    }

    [Fact]
    public async Task An_item_has_the_documented_fields()
    {
        using var ana = await app.ClientOf("ana");

        var item = await (await ana.GetAsync($"{Paths.Items}/{app.Item("installer")}")).Json();

        item.Names().ShouldBe(
            [
                "id", "library_id", "name", "description", "type", "version", "content_version", "metadata_version",
                "creation_time", "last_modified_time", "size", "cached",
            ],
            ignoreOrder: true);
        item.GetProperty("id").GetString().ShouldBe(app.Item("installer"));
        item.GetProperty("name").GetString().ShouldBe("installer");
        item.GetProperty("type").GetString().ShouldBe("iso");
        item.GetProperty("size").GetInt64().ShouldBe(1024 * 1024);
        item.GetProperty("cached").GetBoolean().ShouldBeTrue();
        item.GetProperty("last_modified_time").ShouldBeTime();
    }

    [Theory]
    [InlineData(Ids.Unknown)]
    [InlineData("hello-world")]
    [InlineData("%2e%2e%2f")]
    public async Task An_item_that_does_not_exist_is_not_found(string id)
    {
        using var ana = await app.ClientOf("ana");

        await (await ana.GetAsync($"{Paths.Items}/{id}")).ShouldBe(HttpStatusCode.NotFound, "NOT_FOUND");
    }
}
