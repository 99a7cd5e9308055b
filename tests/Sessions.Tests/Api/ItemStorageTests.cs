using System.Net;
using System.Net.Http.Json;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

public sealed class ItemStorageTests(StorageApp app) : IClassFixture<StorageApp>
{
    [Fact]
    public async Task Whoever_may_read_storage_is_told_where_each_file_lies()
    {
        using var bo = await app.ClientOf("bo");

        var answer = await bo.GetAsync(Paths.Storage(app.Item("tiny-vm")));

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var files = (await answer.Json()).EnumerateArray().ToArray();
        files.Length.ShouldBe(2);
        foreach (var file in files)
        {
            file.Names().ShouldBe(
                ["name", "size", "cached", "version", "storage_backing", "storage_uris"], ignoreOrder: true);
            file.GetProperty("storage_backing").GetProperty("type").GetString().ShouldBe("OTHER");
            Local(file.GetProperty("storage_backing").GetProperty("storage_uri").GetString())
                .ShouldBe(Path.Join(app.ContentRoot, "sample"));
            Local(file.GetProperty("storage_uris").EnumerateArray().ShouldHaveSingleItem().GetString())
                .ShouldBe(Path.Join(app.ContentRoot, "sample", "tiny-vm", file.GetProperty("name").GetString()));
        }
    }

    [Fact]
    public async Task A_file_may_be_asked_for_by_its_name_and_is_a_list_of_one()
    {
        using var bo = await app.ClientOf("bo");

        var answer = await bo.GetAsync(Paths.Storage(app.Item("tiny-vm")) + "?file_name=tiny-vm.ovf");

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await answer.Json()).EnumerateArray().ShouldHaveSingleItem()
            .GetProperty("name").GetString().ShouldBe("tiny-vm.ovf");
    }

    [Theory]
    [InlineData("ana")]
    [InlineData("admin")]
    public async Task Nobody_else_is_told_not_even_whether_the_item_exists(string user)
    {
        using var client = await app.ClientOf(user);

        foreach (var path in new[] { Paths.Storage(app.ItemId), Paths.Storage(app.ItemId) + "?file_name=x", Paths.Storage(Ids.Unknown) })
        {
            var answer = await client.GetAsync(path);
            await answer.ShouldBe(HttpStatusCode.Forbidden, "UNAUTHORIZED");
            (await answer.ErrorText()).ShouldContain("ContentLibrary.ReadStorage");
        }
    }

    [Fact]
    public async Task What_does_not_exist_is_not_found()
    {
        using var bo = await app.ClientOf("bo");

        await (await bo.GetAsync(Paths.Storage(Ids.Unknown))).ShouldBe(HttpStatusCode.NotFound, "NOT_FOUND");
        await (await bo.GetAsync(Paths.Storage(app.ItemId) + "?file_name=x")).ShouldBe(HttpStatusCode.NotFound, "NOT_FOUND");
    }

    [Fact]
    public async Task An_empty_name_does_not_ask_for_all_files()
    {
        using var bo = await app.ClientOf("bo");

        await (await bo.GetAsync(Paths.Storage(app.ItemId) + "?file_name=")).ShouldBe(HttpStatusCode.BadRequest, "INVALID_ARGUMENT");
    }

    [Fact]
    public async Task A_library_says_where_it_lies_to_nobody_else()
    {
        using var bo = await app.ClientOf("bo");
        using var ana = await app.ClientOf("ana");
        var path = $"{Paths.Libraries}/{(await bo.GetFromJsonAsync<string[]>(Paths.Libraries))!.Single()}";

        var seen = (await (await bo.GetAsync(path)).Json()).GetProperty("storage_backings").EnumerateArray().ShouldHaveSingleItem();
        Local(seen.GetProperty("storage_uri").GetString()).ShouldBe(Path.Join(app.ContentRoot, "sample"));

        var hidden = (await (await ana.GetAsync(path)).Json()).GetProperty("storage_backings").EnumerateArray().ShouldHaveSingleItem();
        hidden.Names().ShouldBe(["type"]);
        hidden.GetProperty("type").GetString().ShouldBe("OTHER");
    }

    static string Local(string? uri)
    {
        uri.ShouldNotBeNull().ShouldStartWith("file:///");
        return new Uri(uri).LocalPath;
    }
}
