using System.Net;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

/// <summary>Links to the storage itself. Here ana may read it, and bo may not.</summary>
public sealed class DirectTests(TestPostgres postgres) : IAsyncLifetime
{
    const string Odd = "a b#c%41?&é.iso";

    readonly SessionsApp app = new(postgres) { Settings = { ["Users:0:Roles:0"] = "ContentLibrary.ReadStorage" } };

    public ValueTask InitializeAsync() => app.InitializeAsync();

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Theory]
    [InlineData("disk.iso")]
    [InlineData(Odd)]
    public async Task Whoever_may_read_the_storage_is_told_where_the_file_lies(string name)
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.AddItem("odd names", (name, 10)));

        var file = await ana.Prepare(id, name, "DIRECT");

        file.GetProperty("download_endpoint").Names().ShouldBe(["uri"]);
        file.Link().ShouldMatch("^file:///[!-~]*$");
        Uri.UnescapeDataString(file.Link()["file://".Length..]).ShouldBe(app.FileAt("odd names", name));
    }

    [Fact]
    public async Task The_last_kind_of_link_that_was_asked_for_is_the_one_that_is_given()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);

        await ana.Prepare(id, "hello.txt", "DIRECT");
        (await ana.FileOf(id, "hello.txt")).Link().ShouldStartWith("file://");
        await ana.Prepare(id, "hello.txt");

        (await ana.FileOf(id, "hello.txt")).Link().ShouldStartWith("http://");
    }

    [Fact]
    public async Task Whoever_may_not_read_the_storage_is_refused_and_nothing_is_recorded()
    {
        using var bo = await app.ClientOf("bo");
        var id = await bo.CreateSession(app.ItemId);
        var before = await app.CountEvents();

        await (await bo.AskFor(id, "hello.txt", "DIRECT")).ShouldBe(HttpStatusCode.Forbidden, "UNAUTHORIZED");

        (await app.CountEvents()).ShouldBe(before);
        (await bo.FileOf(id, "hello.txt")).Status().ShouldBe("UNPREPARED");
    }

    [Fact]
    public async Task It_is_the_creator_of_the_session_who_counts()
    {
        await using var other = new SessionsApp(postgres)
        {
            ConnectionString = app.ConnectionString,
            Settings = { ["Users:2:Roles:1"] = "ContentLibrary.ReadStorage" },
        };
        await other.InitializeAsync();
        using var bo = await other.ClientOf("bo");
        using var admin = await other.ClientOf("admin");

        var id = await bo.CreateSession(other.ItemId);

        await (await admin.AskFor(id, "hello.txt", "DIRECT")).ShouldBe(HttpStatusCode.Forbidden, "UNAUTHORIZED");
    }
}
