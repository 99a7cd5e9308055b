using System.Net;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

public sealed class ItemFileTests(SessionsApp app) : IClassFixture<SessionsApp>
{
    [Fact]
    public async Task A_list_holds_every_file_of_the_item()
    {
        using var ana = await app.ClientOf("ana");

        var answer = await ana.GetAsync(Paths.Files(app.Item("tiny-vm")));

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await answer.Json()).EnumerateArray().Select(file => file.GetProperty("name").GetString())
            .ShouldBe(["tiny-vm-disk1.vmdk", "tiny-vm.ovf"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_file_by_its_name_has_the_documented_fields()
    {
        using var ana = await app.ClientOf("ana");

        var answer = await ana.GetAsync(Paths.Files(app.Item("tiny-vm")) + "?name=tiny-vm-disk1.vmdk");

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var file = await answer.Json();
        file.Names().ShouldBe(["name", "size", "cached", "version"], ignoreOrder: true);
        file.GetProperty("name").GetString().ShouldBe("tiny-vm-disk1.vmdk");
        file.GetProperty("size").GetInt64().ShouldBe(64 * 1024);
        file.GetProperty("cached").GetBoolean().ShouldBeTrue();
        file.GetProperty("version").GetString()!.ShouldMatch("^[0-9]{16}$");
    }

    [Fact]
    public async Task A_file_in_the_list_is_the_same_as_by_its_name()
    {
        using var ana = await app.ClientOf("ana");
        var files = Paths.Files(app.ItemId);

        var listed = (await (await ana.GetAsync(files)).Json()).EnumerateArray().ShouldHaveSingleItem();

        listed.GetRawText().ShouldBe((await (await ana.GetAsync(files + "?name=hello.txt")).Json()).GetRawText());
    }

    [Theory]
    [InlineData("hello.tx")]
    [InlineData("HELLO.TXT")]
    [InlineData("..%2Fhello-world%2Fhello.txt")]
    [InlineData("%2Fetc%2Fpasswd")]
    public async Task A_file_that_the_item_does_not_have_is_not_found(string name)
    {
        using var ana = await app.ClientOf("ana");

        await (await ana.GetAsync($"{Paths.Files(app.ItemId)}?name={name}")).ShouldBe(HttpStatusCode.NotFound, "NOT_FOUND");
    }

    [Theory]
    [InlineData("?name=")]
    [InlineData("?name")]
    public async Task An_empty_name_does_not_ask_for_the_list(string query)
    {
        using var ana = await app.ClientOf("ana");

        await (await ana.GetAsync(Paths.Files(app.ItemId) + query)).ShouldBe(HttpStatusCode.BadRequest, "INVALID_ARGUMENT");
    }

    [Theory]
    [InlineData(Ids.Unknown)]
    [InlineData("hello-world")]
    public async Task Files_of_an_item_that_does_not_exist_are_not_found(string id)
    {
        using var ana = await app.ClientOf("ana");

        await (await ana.GetAsync(Paths.Files(id))).ShouldBe(HttpStatusCode.NotFound, "NOT_FOUND");
        await (await ana.GetAsync(Paths.Files(id) + "?name=hello.txt")).ShouldBe(HttpStatusCode.NotFound, "NOT_FOUND");
    }

    [Fact]
    public async Task Whoever_is_not_logged_in_sees_no_files()
    {
        using var nobody = app.CreateClient();

        await (await nobody.GetAsync(Paths.Files(app.ItemId))).ShouldBe(HttpStatusCode.Unauthorized, "UNAUTHENTICATED");
    }
}
