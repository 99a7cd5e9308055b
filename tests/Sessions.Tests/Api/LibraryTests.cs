using System.Net;
using System.Net.Http.Json;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

public sealed class LibraryTests(SessionsApp app) : IClassFixture<SessionsApp>
{
    [Fact]
    public async Task A_list_of_libraries_holds_their_ids()
    {
        using var ana = await app.ClientOf("ana");

        var ids = await ana.GetFromJsonAsync<string[]>(Paths.Libraries);

        Guid.TryParseExact(ids!.ShouldHaveSingleItem(), "D", out _).ShouldBeTrue();
    }

    [Fact]
    public async Task A_library_is_local_and_has_the_documented_fields()
    {
        using var ana = await app.ClientOf("ana");
        var id = (await ana.GetFromJsonAsync<string[]>(Paths.Libraries))!.Single();

        var answer = await ana.GetAsync($"{Paths.Libraries}/{id}");

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var library = await answer.Json();
        library.Names().ShouldBe(
            [
                "id", "name", "description", "type", "creation_time", "last_modified_time", "version",
                "storage_backings", "publish_info",
            ],
            ignoreOrder: true);
        library.GetProperty("id").GetString().ShouldBe(id);
        library.GetProperty("name").GetString().ShouldBe("sample");
        library.GetProperty("type").GetString().ShouldBe("LOCAL");
        library.GetProperty("creation_time").ShouldBeTime();
        library.GetProperty("version").GetString()!.ShouldMatch("^[0-9]{16}$");
        library.GetProperty("publish_info").GetProperty("published").GetBoolean().ShouldBeFalse();
    }

    [Theory]
    [InlineData(Ids.Unknown)]
    [InlineData("sample")]
    [InlineData("%2e%2e%2f")]
    public async Task A_library_that_does_not_exist_is_not_found(string id)
    {
        using var ana = await app.ClientOf("ana");

        await (await ana.GetAsync($"{Paths.Libraries}/{id}")).ShouldBe(HttpStatusCode.NotFound, "NOT_FOUND");
    }
}
