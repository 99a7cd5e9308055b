using System.Net;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Domain;
using Sessions.Storage.Commands;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

public sealed class FileGetTests(SessionsApp app) : IClassFixture<SessionsApp>
{
    const string Hello = "hello.txt";

    [Fact]
    public async Task A_file_is_got_by_its_name_and_is_what_the_list_says()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.Item("tiny-vm"));

        var file = await ana.FileOf(id, "tiny-vm.ovf");

        file.GetRawText().ShouldBe((await ana.FilesOf(id))[1].GetRawText());
    }

    [Fact]
    public async Task An_empty_name_before_the_true_one_does_no_harm()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);

        var answer = await ana.GetAsync(FileSentences.Files(id) + "?file_name&file_name=" + Hello);

        (await answer.Json()).GetProperty("name").GetString().ShouldBe(Hello);
    }

    [Theory]
    [InlineData("")]
    [InlineData("other.txt")]
    [InlineData("HELLO.TXT")]
    [InlineData("../hello-world/hello.txt")]
    [InlineData("hello.txt\0")]
    public async Task A_file_that_the_item_does_not_have_is_an_invalid_argument(string name)
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);

        await (await ana.GetAsync(FileSentences.File(id, name))).ShouldBe(HttpStatusCode.BadRequest, "INVALID_ARGUMENT");
    }

    [Fact]
    public async Task Another_users_file_does_not_exist()
    {
        using var ana = await app.ClientOf("ana");
        using var bo = await app.ClientOf("bo");
        var id = await ana.CreateSession(app.ItemId);

        await (await bo.GetAsync(FileSentences.File(id, Hello))).ShouldBe(HttpStatusCode.NotFound, "NOT_FOUND");
        await (await ana.GetAsync(FileSentences.File(Ids.Unknown, Hello))).ShouldBe(HttpStatusCode.NotFound, "NOT_FOUND");
    }

    [Fact]
    public async Task A_file_that_is_gone_or_changed_is_an_error_until_it_is_as_it_was()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.AddItem("changing", ("a.bin", 10)));
        var path = app.FileAt("changing", "a.bin");
        var modifiedAt = File.GetLastWriteTimeUtc(path);
        (await ana.Prepare(id, "a.bin")).Status().ShouldBe("PREPARED");

        File.SetLastWriteTimeUtc(path, modifiedAt.AddSeconds(1));
        (await ana.FileOf(id, "a.bin")).ShouldBeError().ShouldContain("a.bin");
        File.Move(path, path + "x");
        (await ana.FileOf(id, "a.bin")).ShouldBeError();
        (await ana.FilesOf(id)).Single().ShouldBeError();
        File.Move(path + "x", path);
        File.SetLastWriteTimeUtc(path, modifiedAt);

        (await ana.FileOf(id, "a.bin")).Status().ShouldBe("PREPARED");
    }

    [Fact]
    public async Task An_ended_session_still_says_where_its_files_were()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);
        var prepared = await ana.Prepare(id, Hello);
        await (await ana.Act(id, "cancel")).ShouldBeDone();

        (await ana.FileOf(id, Hello)).GetRawText().ShouldBe(prepared.GetRawText());
    }

    [Fact]
    public async Task What_was_not_ready_when_the_session_ended_never_will_be()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.AddItem("late", ("disk.bin", FileSentences.Endless)));
        (await ana.Prepare(id, "disk.bin")).IsUnderWay().ShouldBeTrue();
        await (await ana.Act(id, "cancel")).ShouldBeDone();

        (await ana.FileOf(id, "disk.bin")).ShouldBeError().ShouldContain("canceled");
    }

    [Fact]
    public async Task The_checksum_comes_when_all_bytes_have_been_fetched()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);
        var size = (await ana.Prepare(id, Hello)).GetProperty("size").GetInt64();

        await Fetch(id, new ByteRange(0, size - 1));
        (await ana.FileOf(id, Hello)).Names().ShouldNotContain("checksum_info");
        await Fetch(id, new ByteRange(size - 1, size));

        var checksum = (await ana.FileOf(id, Hello)).GetProperty("checksum_info");
        checksum.GetProperty("algorithm").GetString().ShouldBe("SHA256");
        checksum.GetProperty("checksum").GetString().ShouldBe(
            Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(app.FileAt("hello-world", Hello)))));
    }

    [Fact]
    public async Task The_checksums_come_when_the_client_says_that_it_is_done()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);
        await ana.Prepare(id, Hello);
        (await ana.FileOf(id, Hello)).Names().ShouldNotContain("checksum_info");

        await (await ana.Act(id, "keep-alive", """{"progress":100}""")).ShouldBeDone();

        (await ana.FilesOf(id)).Single().Names().ShouldContain("checksum_info");
    }

    Task<CommandOutcome> Fetch(string id, ByteRange range) => app.Services.GetRequiredService<GroupCommit>().Submit(
        new SessionAddress(new SessionId(Guid.Parse(id)), "ana"),
        new SessionCommand.RecordTransfer(Guid.CreateVersion7(), Hello, range, TransferStep.Finished),
        NodeSentences.By("ana"),
        CancellationToken.None);
}
