using System.Net;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

public sealed class FileListTests(SessionsApp app) : IClassFixture<SessionsApp>
{
    [Fact]
    public async Task Nobody_has_asked_for_the_files_of_a_new_session()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.Item("tiny-vm"));

        var files = await ana.FilesOf(id);

        files.Select(file => file.GetProperty("name").GetString()).ShouldBe(["tiny-vm-disk1.vmdk", "tiny-vm.ovf"]);
        files[0].GetProperty("size").GetInt64().ShouldBe(64 * 1024);
        foreach (var file in files)
        {
            file.Names().ShouldBe(["name", "size", "bytes_transferred", "status"]);
            (file.Status(), file.BytesTransferred()).ShouldBe(("UNPREPARED", 0));
        }
    }

    [Fact]
    public async Task One_file_that_was_asked_for_changes_no_other()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.Item("tiny-vm"));
        var prepared = await ana.Prepare(id, "tiny-vm.ovf");

        var files = await ana.FilesOf(id);

        files.Select(file => file.Status()).ShouldBe(["UNPREPARED", "PREPARED"]);
        files[1].GetRawText().ShouldBe(prepared.GetRawText());
    }

    [Fact]
    public async Task What_one_session_has_asked_for_another_has_not()
    {
        using var ana = await app.ClientOf("ana");
        await ana.Prepare(await ana.CreateSession(app.ItemId), "hello.txt");

        var files = await ana.FilesOf(await ana.CreateSession(app.ItemId));

        files.Single().Status().ShouldBe("UNPREPARED");
    }

    [Fact]
    public async Task An_item_without_files_has_an_empty_list()
    {
        using var ana = await app.ClientOf("ana");

        (await ana.FilesOf(await ana.CreateSession(app.AddItem("empty")))).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_files_are_those_of_the_creation_whatever_happens_to_the_item()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.AddItem("growing", ("a.bin", 10), ("b.bin", 20)));
        File.Delete(app.FileAt("growing", "a.bin"));
        app.AddItem("growing", ("b.bin", 21), ("c.bin", 30));

        var files = await ana.FilesOf(id);

        files.Select(file => (file.GetProperty("name").GetString(), file.GetProperty("size").GetInt64(), file.Status()))
            .ShouldBe([("a.bin", 10, "UNPREPARED"), ("b.bin", 20, "UNPREPARED")]);
    }

    [Theory]
    [InlineData("cancel")]
    [InlineData("fail")]
    public async Task An_ended_session_still_lists_its_files(string action)
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.Item("tiny-vm"));
        await ana.Prepare(id, "tiny-vm.ovf");
        await (await ana.Act(id, action)).ShouldBeDone();

        (await ana.FilesOf(id)).Select(file => file.Status()).ShouldBe(["UNPREPARED", "PREPARED"]);
    }

    [Fact]
    public async Task A_deleted_session_lists_nothing_and_says_who_deleted_it()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);
        await (await ana.DeleteAsync(Paths.One(id))).ShouldBeDone();

        var answer = await ana.GetAsync(FileSentences.Files(id));

        await answer.ShouldBe(HttpStatusCode.NotFound, "NOT_FOUND");
        (await answer.ErrorText()).ShouldContain("deleted by ana");
    }

    [Theory]
    [MemberData(nameof(Ids.Malformed), MemberType = typeof(Ids))]
    [InlineData(Ids.Unknown)]
    public async Task Of_a_session_that_does_not_exist_there_is_no_list(string id)
    {
        using var ana = await app.ClientOf("ana");

        await (await ana.GetAsync(FileSentences.Files(id))).ShouldBe(HttpStatusCode.NotFound, "NOT_FOUND");
    }

    [Fact]
    public async Task Another_users_session_does_not_exist_and_an_administrator_sees_all()
    {
        using var ana = await app.ClientOf("ana");
        using var bo = await app.ClientOf("bo");
        using var admin = await app.ClientOf("admin");
        var id = await ana.CreateSession(app.ItemId);

        await (await bo.GetAsync(FileSentences.Files(id))).ShouldBe(HttpStatusCode.NotFound, "NOT_FOUND");
        (await admin.FilesOf(id)).Length.ShouldBe(1);
    }
}
