using System.Runtime.Versioning;
using Sessions.Domain;
using Sessions.Storage.Log;
using Sessions.Tests.Fixtures;
using static Sessions.Domain.SessionCommand;

namespace Sessions.Tests.Api;

/// <summary>Links that lead to no file, or no longer: all get the same 404, and nothing is recorded.</summary>
public sealed class DeadLinkTests(DownloadApp app) : IClassFixture<DownloadApp>, IDisposable
{
    const string Name = "disk.vmdk";

    static readonly byte[] Content = DownloadApp.Bytes(1000);

    readonly HttpClient client = new();

    public void Dispose() => client.Dispose();

    [Fact]
    public async Task A_forged_link_leads_nowhere()
    {
        var (_, link) = await app.Share(Name, Content);

        await ShouldBeDead(link, "/cls/data/x/" + Name);
        await ShouldBeDead(link, $"/cls/data/{new string('A', 96)}/{Name}");
        await ShouldBeDead(link, $"/cls/data/{Ids.Unknown}/{Name}");
        foreach (var id in Ids.Malformed)
            await ShouldBeDead(link, $"/cls/data/{id.Data}/{Name}");
    }

    [Fact]
    public async Task An_altered_or_truncated_link_leads_nowhere()
    {
        var (_, link) = await app.Share(Name, Content);
        var capability = link.Segments[3].TrimEnd('/');
        for (var at = 12; at < capability.Length; at += 5)
        {
            var other = capability[at] == 'x' ? 'y' : 'x';
            await ShouldBeDead(link, $"/cls/data/{capability[..at]}{other}{capability[(at + 1)..]}/{Name}");
        }

        await ShouldBeDead(link, $"/cls/data/{capability[..^1]}/{Name}");
        await ShouldBeDead(link, $"/cls/data/{capability}A/{Name}");
        await ShouldBeDead(link, $"/cls/data/{capability}=/{Name}");
    }

    [Fact]
    public async Task A_link_leads_to_no_other_file_of_the_item()
    {
        var item = app.AddItem((Name, Content), ("secret.txt", Content));
        var session = await app.Begin(item);
        var link = await app.Link(session, Name);
        await app.Link(session, "secret.txt");

        foreach (var other in new[] { "secret.txt", "DISK.vmdk", Name + "/", Name + "/x", "x/" + Name, "" })
            await ShouldBeDead(link, $"/cls/data/{link.Segments[3]}{other}");
    }

    [Fact]
    public async Task A_link_of_one_session_is_none_of_another()
    {
        var item = app.AddItem((Name, Content));
        var (one, two) = (await app.Begin(item), await app.Begin(item));
        await app.Link(one, Name);

        await ShouldBeDead(app.UnpreparedLink(two, Name));
        await ShouldBeDead(app.UnpreparedLink(one with { Owner = "bo" }, Name));
        await ShouldBeDead(app.UnpreparedLink(new SessionAddress(new SessionId(Guid.CreateVersion7()), "ana"), Name));
    }

    [Theory]
    [InlineData("..%2f..%2f..%2fetc%2fpasswd")]
    [InlineData("%2e%2e%2f%2e%2e%2fetc%2fpasswd")]
    [InlineData("%252e%252e%252fetc%252fpasswd")]
    [InlineData("..%5c..%5cetc%5cpasswd")]
    [InlineData("%2fetc%2fpasswd")]
    [InlineData("%2Fetc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("....//....//etc/passwd")]
    [InlineData("C:%5cboot.ini")]
    [InlineData("%c0%ae%c0%ae%c0%afetc%c0%afpasswd")]
    [InlineData(".hidden")]
    public async Task A_path_out_of_the_library_leads_nowhere_even_when_signed(string path)
    {
        var (session, link) = await app.Share(Name, Content);

        await ShouldBeDead(link, $"/cls/data/{link.Segments[3]}{path}");
        var signed = app.UnpreparedLink(session, Uri.UnescapeDataString(path));
        await ShouldBeDead(link, $"/cls/data/{signed.Segments[3]}{path}");
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("%2e%2e/%2e%2e/%2e%2e/etc/passwd")]
    [InlineData("disk.vmdk%00.txt")]
    [InlineData("%00")]
    [InlineData("%ff%fe")]
    public async Task Dots_and_NULs_are_refused_before_they_reach_a_disk(string path)
    {
        var (_, link) = await app.Share(Name, Content);

        var answer = await RawHttp.Send(app.Url, RawHttp.Request($"GET /cls/data/{link.Segments[3]}{path}", [], []));

        answer.Status.ShouldBeOneOf(400, 404);
        answer.Body.ShouldNotContain("root:");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_file_or_folder_that_became_a_link_out_of_the_root_leads_nowhere(bool isFolder)
    {
        var item = app.AddItem((Name, Content));
        var link = await app.Link(await app.Begin(item), Name);
        using var outside = new ContentFolderOutside(Content, File.GetLastWriteTimeUtc(app.PathOf(item, Name)));
        var path = isFolder ? Path.GetDirectoryName(app.PathOf(item, Name))! : app.PathOf(item, Name);
        if (isFolder)
        {
            Directory.Delete(path, recursive: true);
            Directory.CreateSymbolicLink(path, outside.FullPath);
        }
        else
        {
            File.Delete(path);
            File.CreateSymbolicLink(path, Path.Combine(outside.FullPath, Name));
        }

        await ShouldBeDead(link);
    }

    [Fact]
    public async Task A_file_that_changed_or_is_gone_leads_nowhere()
    {
        var item = app.AddItem(("gone", Content), ("longer", Content), ("newer", Content), ("same", Content));
        var session = await app.Begin(item);
        File.Delete(app.PathOf(item, "gone"));
        File.AppendAllText(app.PathOf(item, "longer"), "x");
        File.SetLastWriteTimeUtc(app.PathOf(item, "newer"), new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        await ShouldBeDead(await app.Link(session, "gone"));
        await ShouldBeDead(await app.Link(session, "longer"));
        await ShouldBeDead(await app.Link(session, "newer"));
        (await client.GetByteArrayAsync(await app.Link(session, "same"))).ShouldBe(Content);
        await app.Await<SessionEvent.FileTransferred>(session);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task A_file_that_the_server_may_not_read_leads_nowhere()
    {
        var item = app.AddItem((Name, Content));
        var session = await app.Begin(item);
        var link = await app.Link(session, Name);
        File.SetUnixFileMode(app.PathOf(item, Name), UnixFileMode.None);
        await using var server = ServerProcess.StartUnprivileged(Path.GetTempPath(), new Dictionary<string, string?>
        {
            ["ConnectionStrings__Sessions"] = app.ConnectionString,
            ["Content__Root"] = app.ContentRoot,
            ["Users__0__Name"] = "ana",
            ["Users__0__Password"] = "ana",
            ["Urls"] = "http://127.0.0.1:0",
        });
        using var readable = new HttpClient { BaseAddress = await server.Listening() };
        using var login = await readable.LogInWhenReady("ana", "ana");

        await ShouldBeDead(readable.BaseAddress, link.AbsolutePath);
        File.SetUnixFileMode(app.PathOf(item, Name), UnixFileMode.UserRead);
        (await readable.GetByteArrayAsync(link.AbsolutePath)).ShouldBe(Content);
        await app.Await<SessionEvent.FileTransferred>(session);
    }

    [Fact]
    public async Task A_link_lives_on_when_its_file_is_asked_for_by_another_way_as_well()
    {
        var item = app.AddItem((Name, Content));
        var session = new SessionAddress(new SessionId(Guid.CreateVersion7()), "ana");
        var by = new Provenance("test", "ana") { MayReadStorage = true };
        (await app.Commands.Submit(session, new Create(item.Pin()), by, CancellationToken.None)).ShouldBeAccepted();
        var link = await app.Link(session, Name);
        (await app.Commands.Submit(session, new PrepareFile(Name, EndpointType.Direct), by, CancellationToken.None))
            .ShouldBeAccepted();

        (await client.GetByteArrayAsync(link)).ShouldBe(Content);
        await app.Await<SessionEvent.FileTransferred>(session);
    }

    [Theory]
    [InlineData("cancel")]
    [InlineData("fail")]
    [InlineData("delete")]
    public async Task When_its_session_has_ended_a_link_is_dead_on_every_node(string end)
    {
        await using var other = await app.AnotherNode();
        var (session, link) = await app.Share(Name, Content);
        (await client.GetByteArrayAsync(link)).ShouldBe(Content);
        await app.Await<SessionEvent.FileTransferred>(session);

        (await app.Send(session, end switch
        {
            "cancel" => new Cancel(),
            "fail" => new Fail("enough"),
            _ => new Delete(),
        })).ShouldBeAccepted();

        await ShouldBeDead(link);
        await ShouldBeDead(new Uri(other.Url, link.AbsolutePath));
    }

    Task ShouldBeDead(Uri link) => ShouldBeDead(link, link.AbsolutePath);

    async Task ShouldBeDead(Uri server, string path)
    {
        var before = await app.CountEvents();
        var bodies = new HashSet<string>();
        foreach (var method in new[] { "GET", "HEAD" })
        {
            var answer = await RawHttp.Send(server, RawHttp.Request($"{method} {path}", ["Range: bytes=0-9"], []));
            answer.Status.ShouldBe(404, path);
            if (method == "GET")
            {
                answer.ErrorType.ShouldBe("NOT_FOUND");
                bodies.Add(answer.Body);
            }

            answer.Headers.Keys.ShouldBe(["Connection", "Content-Length", "Content-Type", "Date"], ignoreOrder: true);
        }

        bodies.ShouldHaveSingleItem().ShouldBe(
            """{"error_type":"NOT_FOUND","messages":[{"id":"com.vmware.vdcs.cls-main.download_session_link_dead","default_message":"This link leads to no file, or not any more.","args":[]}]}""");
        (await app.CountEvents()).ShouldBe(before);
    }

    /// <summary>A folder beside the content root, with the very file that a session has pinned.</summary>
    sealed class ContentFolderOutside : IDisposable
    {
        public ContentFolderOutside(byte[] bytes, DateTime modifiedAt)
        {
            FullPath = Directory.CreateTempSubdirectory("sessions-outside-").FullName;
            File.WriteAllBytes(Path.Combine(FullPath, Name), bytes);
            File.SetLastWriteTimeUtc(Path.Combine(FullPath, Name), modifiedAt);
        }

        public string FullPath { get; }

        public void Dispose() => Directory.Delete(FullPath, recursive: true);
    }
}
