using System.Net;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

public sealed class PrepareTests(SessionsApp app) : IClassFixture<SessionsApp>
{
    const string Hello = "hello.txt";
    const long Large = 256 * 1024 * 1024;

    static readonly string[] Order = ["PREPARE_REQUESTED", "PREPARING", "PREPARED"];

    [Fact]
    public async Task A_small_file_is_ready_in_the_first_answer()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);

        var file = await ana.Prepare(id, Hello);

        file.Names().ShouldBe(["name", "size", "bytes_transferred", "status", "download_endpoint"]);
        file.Status().ShouldBe("PREPARED");
        file.BytesTransferred().ShouldBe(file.GetProperty("size").GetInt64());
        file.Link().ShouldStartWith(app.Url.ToString());
        file.GetProperty("download_endpoint").Names().ShouldBe(["uri"]);
    }

    [Fact]
    public async Task An_empty_file_is_ready_too()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.AddItem("nothing", ("empty.bin", 0)));

        (await ana.Prepare(id, "empty.bin")).Status().ShouldBe("PREPARED");
    }

    [Fact]
    public async Task A_large_file_is_read_first_and_has_no_link_until_it_is_ready()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.AddItem("large", ("disk.bin", Large)));

        var first = await ana.Prepare(id, "disk.bin");
        first.IsUnderWay().ShouldBeTrue();
        var seen = await ana.Await(id, "disk.bin");

        seen[^1].Status().ShouldBe("PREPARED");
        seen[^1].BytesTransferred().ShouldBe(Large);
        seen.Insert(0, first);
        seen.Select(file => Array.IndexOf(Order, file.Status())).ShouldBeInOrder();
        seen.Select(file => file.BytesTransferred()).ShouldBeInOrder();
        seen.SkipLast(1).ShouldAllBe(file => !file.Names().Contains("download_endpoint"));
        seen[^1].Link().ShouldNotBeEmpty();
    }

    [Fact]
    public async Task What_was_read_for_one_session_is_ready_for_the_next()
    {
        using var ana = await app.ClientOf("ana");
        using var bo = await app.ClientOf("bo");
        var item = app.AddItem("shared", ("disk.bin", Large));
        var id = await ana.CreateSession(item);
        await ana.Prepare(id, "disk.bin");
        await ana.Await(id, "disk.bin");

        (await bo.Prepare(await bo.CreateSession(item), "disk.bin")).Status().ShouldBe("PREPARED");
    }

    [Fact]
    public async Task Asking_again_changes_nothing()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);

        var first = await ana.Prepare(id, Hello);
        var again = await ana.Prepare(id, Hello, "HTTPS");

        again.GetRawText().ShouldBe(first.GetRawText());
        (await app.Ask<long>($"""
            select count(*) from event_store.events where stream_id = '{id}' and type = 'file_prepared'
            """)).ShouldBe(1);
    }

    [Fact]
    public async Task A_file_that_is_gone_is_an_error_in_the_first_answer_and_may_be_asked_for_again()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.AddItem("gone", ("small.bin", 10), ("large.bin", Large)));
        foreach (var name in new[] { "small.bin", "large.bin" })
        {
            var path = app.FileAt("gone", name);
            File.Move(path, path + "x");
            (await ana.Prepare(id, name)).ShouldBeError().ShouldContain(name);

            File.Move(path + "x", path);
            (await ana.Prepare(id, name)).Status().ShouldNotBe("ERROR");
        }
    }

    [Theory]
    [InlineData("""{"file_name":"other.txt"}""")]
    [InlineData("""{"file_name":""}""")]
    [InlineData("""{"file_name":null}""")]
    [InlineData("""{"file_name":5}""")]
    [InlineData("{}")]
    [InlineData(null)]
    [InlineData("""{"file_name":"hello.txt","endpoint_type":"FTP"}""")]
    [InlineData("""{"file_name":"hello.txt","endpoint_type":"https"}""")]
    [InlineData("""{"file_name":"hello.txt","endpoint_type":["HTTPS"]}""")]
    public async Task What_is_not_a_file_or_no_way_to_fetch_one_is_an_invalid_argument(string? body)
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);
        var before = await app.CountEvents();

        var answer = await ana.PostText(FileSentences.Files(id) + "?action=prepare", body);

        await answer.ShouldBe(HttpStatusCode.BadRequest, "INVALID_ARGUMENT");
        (await app.CountEvents()).ShouldBe(before);
    }

    [Theory]
    [InlineData("""{"file_name":"hello.txt","endpoint_type":null}""")]
    [InlineData("""{"endpoint_type":"HTTPS","file_name":"hello.txt","unknown":[]}""")]
    public async Task The_way_to_fetch_it_may_be_left_open(string body)
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);

        var answer = await ana.PostText(FileSentences.Files(id) + "?action=prepare", body);

        (await answer.Json()).Status().ShouldBe("PREPARED");
    }

    [Theory]
    [InlineData("cancel")]
    [InlineData("fail")]
    public async Task An_ended_session_prepares_nothing(string action)
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);
        await (await ana.Act(id, action)).ShouldBeDone();

        await (await ana.AskFor(id, Hello)).ShouldBe(HttpStatusCode.BadRequest, "NOT_ALLOWED_IN_CURRENT_STATE");
    }

    [Fact]
    public async Task Only_the_owner_and_an_administrator_may_ask()
    {
        using var ana = await app.ClientOf("ana");
        using var bo = await app.ClientOf("bo");
        using var admin = await app.ClientOf("admin");
        var id = await ana.CreateSession(app.ItemId);

        await (await bo.AskFor(id, Hello)).ShouldBe(HttpStatusCode.NotFound, "NOT_FOUND");
        await (await ana.AskFor(Ids.Unknown, Hello)).ShouldBe(HttpStatusCode.NotFound, "NOT_FOUND");
        (await ana.FilesOf(id)).Single().Status().ShouldBe("UNPREPARED");
        (await admin.Prepare(id, Hello)).Status().ShouldBe("PREPARED");
    }

    [Theory]
    [InlineData("GET", "?action=prepare", HttpStatusCode.NotFound)]
    [InlineData("POST", "", HttpStatusCode.NotFound)]
    [InlineData("POST", "?action=open", HttpStatusCode.NotFound)]
    [InlineData("DELETE", "", HttpStatusCode.MethodNotAllowed)]
    public async Task What_else_is_asked_of_files_is_no_operation(string method, string query, HttpStatusCode status)
    {
        using var ana = await app.ClientOf("ana");
        using var asked = new HttpRequestMessage(new HttpMethod(method), FileSentences.Files(Ids.Unknown) + query);

        await (await ana.SendAsync(asked)).ShouldBe(status, "OPERATION_NOT_FOUND");
    }
}
