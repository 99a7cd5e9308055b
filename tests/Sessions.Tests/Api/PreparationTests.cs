using Microsoft.Extensions.DependencyInjection;
using Sessions.Api.Downloads;
using Sessions.Content;
using Sessions.Domain;
using Sessions.Storage.Commands;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

/// <summary>Preparation in the background: one file at a time, and no file counts as small.</summary>
public sealed class PreparationTests(TestPostgres postgres) : IAsyncLifetime
{
    const string Disk = "disk.bin";
    const string Note = "note.txt";

    readonly SessionsApp app = new(postgres)
    {
        // Without slack, every poll of a file that is being prepared records a renewal.
        Settings = { ["Downloads:PreparingMax"] = "1", ["Downloads:SmallFileMax"] = "0", ["Lease:RenewalSlack"] = "0" },
    };

    public ValueTask InitializeAsync() => app.InitializeAsync();

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task A_file_waits_for_its_turn_while_another_is_read_and_says_how_far_it_is()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.AddItem("two", (Disk, FileSentences.Endless), (Note, 10)));
        await ana.Prepare(id, Disk);
        var first = (await ana.Await(id, Disk, file => file.BytesTransferred() > 0))[^1];
        first.Status().ShouldBe("PREPARING");

        (await ana.Prepare(id, Note)).Status().ShouldBe("PREPARE_REQUESTED");

        await ana.Await(id, Disk, file => file.BytesTransferred() > first.BytesTransferred());
        var waiting = await ana.FileOf(id, Note);
        (waiting.Status(), waiting.BytesTransferred()).ShouldBe(("PREPARE_REQUESTED", 0));
    }

    [Fact]
    public async Task Looking_at_a_file_that_is_being_prepared_keeps_its_session_alive()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.AddItem("two", (Disk, FileSentences.Endless), (Note, 10)));
        var lease = await Lease(ana, id);
        await ana.FileOf(id, Disk);
        await ana.FilesOf(id);
        (await Lease(ana, id)).ShouldBe(lease, "nobody waits yet");

        await ana.Prepare(id, Disk);
        lease = await Lease(ana, id);
        await ana.FileOf(id, Disk);
        (await Lease(ana, id)).ShouldBeGreaterThan(lease);
        lease = await Lease(ana, id);
        await ana.FilesOf(id);
        (await Lease(ana, id)).ShouldBeGreaterThan(lease);

        lease = await Lease(ana, id);
        await ana.FileOf(id, Note);
        (await Lease(ana, id)).ShouldBe(lease, "nobody waits for this one");
    }

    [Fact]
    public async Task A_file_that_is_ready_is_waited_for_no_more()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);
        await ana.Prepare(id, "hello.txt");
        await ana.Await(id, "hello.txt");
        var lease = await Lease(ana, id);

        await ana.FileOf(id, "hello.txt");
        await ana.FilesOf(id);

        (await Lease(ana, id)).ShouldBe(lease);
    }

    [Fact]
    public async Task A_file_that_changes_while_it_is_read_is_an_error_until_it_is_asked_for_again()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.AddItem("written", (Disk, FileSentences.Endless)));
        var modifiedAt = File.GetLastWriteTimeUtc(app.FileAt("written", Disk));
        await ana.Prepare(id, Disk);
        await ana.Await(id, Disk, file => file.BytesTransferred() > 0);

        File.SetLastWriteTimeUtc(app.FileAt("written", Disk), modifiedAt.AddHours(1));
        (await ana.Await(id, Disk))[^1].ShouldBeError().ShouldContain(Disk);
        File.SetLastWriteTimeUtc(app.FileAt("written", Disk), modifiedAt);
        (await ana.FileOf(id, Disk)).ShouldBeError();

        (await ana.Prepare(id, Disk)).IsUnderWay().ShouldBeTrue();
    }

    [Fact]
    public async Task However_many_sessions_ask_a_version_is_read_once()
    {
        app.AddItem("one", (Disk, FileSentences.Endless));
        var version = VersionOf(app, "one");
        var preparation = app.Services.GetRequiredService<FilePreparation>();

        var runs = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => preparation.Start(version))));

        runs.Distinct().Count().ShouldBe(1);
        preparation.Find(version).ShouldBe(runs[0]);
    }

    [Fact]
    public async Task What_one_node_has_read_every_node_knows()
    {
        await using var other = await app.AnotherNodeOnTheSameDisk();
        using var ana = await app.ClientOf("ana");
        using var elsewhere = await other.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);
        await ana.Prepare(id, "hello.txt");
        var ready = (await ana.Await(id, "hello.txt"))[^1];

        var file = await elsewhere.FileOf(id, "hello.txt");

        (file.Status(), file.BytesTransferred()).ShouldBe((ready.Status(), ready.BytesTransferred()));
    }

    [Fact]
    public async Task Two_nodes_that_read_the_same_file_both_find_it_ready()
    {
        await using var other = await app.AnotherNodeOnTheSameDisk();
        using var ana = await app.ClientOf("ana");
        using var elsewhere = await other.ClientOf("ana");
        var item = app.AddItem("both", (Disk, 64 * 1024 * 1024));
        other.Services.GetRequiredService<ContentLibrary>().Rescan();
        var id = await ana.CreateSession(item);
        await Task.WhenAll(ana.Prepare(id, Disk), elsewhere.Prepare(id, Disk));

        (await ana.Await(id, Disk))[^1].Status().ShouldBe("PREPARED");
        (await elsewhere.Await(id, Disk))[^1].Status().ShouldBe("PREPARED");
        (await app.Ask<long>("select count(*) from content.checksums")).ShouldBe(1);
    }

    [Fact]
    public async Task What_a_node_was_at_when_it_stopped_another_takes_over()
    {
        var item = app.AddItem("left", (Disk, FileSentences.Endless));
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(item);
        await using (var leaving = await app.AnotherNodeOnTheSameDisk())
        {
            using var elsewhere = await leaving.ClientOf("ana");
            await elsewhere.Prepare(id, Disk);
            await elsewhere.Await(id, Disk, file => file.BytesTransferred() > 0);
        }

        await ana.Await(id, Disk, file => file.BytesTransferred() > 0);
    }

    [Fact]
    public async Task A_file_that_was_asked_for_and_that_no_node_is_at_is_begun_by_whoever_is_asked()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);
        // A node that is killed before it has read a byte leaves nothing behind but this event.
        await app.Services.GetRequiredService<GroupCommit>().Submit(
            new SessionAddress(new SessionId(Guid.Parse(id)), "ana"), new SessionCommand.PrepareFile("hello.txt"), NodeSentences.By("ana"),
            CancellationToken.None);

        (await ana.FilesOf(id)).Single().IsUnderWay().ShouldBeTrue();

        (await ana.Await(id, "hello.txt"))[^1].Status().ShouldBe("PREPARED");
    }

    static FileVersion VersionOf(SessionsApp app, string item)
    {
        var pinned = app.Services.GetRequiredService<ContentLibrary>().Current.Items.Single(one => one.Name == item).Pin();
        return new FileVersion(pinned.ItemId, pinned.Files[0]);
    }

    static async Task<DateTimeOffset> Lease(HttpClient client, string id) => (await client.Session(id)).ExpirationTime();
}
