using Microsoft.Extensions.Logging;
using Sessions.Content;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Content;

public sealed class WatchTests : IAsyncDisposable
{
    readonly ContentFolder folder = new();
    readonly FakeClock clock = new();
    readonly RecordedLogs logs = new();
    readonly ContentLibrary library;

    public WatchTests()
    {
        folder.Write("lib/one/one.iso");
        library = new ContentLibrary(folder.Root, clock, logs.For<ContentLibrary>());
    }

    public async ValueTask DisposeAsync()
    {
        await library.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public Task A_new_file_is_noticed() => IsNoticed(() => folder.Write("lib/one/two.iso"));

    [Fact]
    public Task A_changed_file_is_noticed() => IsNoticed(() => folder.Write("lib/one/one.iso", size: 9));

    [Fact]
    public Task A_removed_file_is_noticed() => IsNoticed(() => File.Delete(folder.At("lib/one/one.iso")));

    [Fact]
    public Task A_renamed_item_is_noticed() =>
        IsNoticed(() => Directory.Move(folder.At("lib/one"), folder.At("lib/two")));

    [Fact]
    public Task A_touched_file_is_noticed() =>
        IsNoticed(() => File.SetLastWriteTimeUtc(folder.At("lib/one/one.iso"), DateTime.UnixEpoch));

    [Fact]
    public async Task A_file_that_loses_its_hidden_name_is_noticed()
    {
        folder.Write("lib/one/.two.iso");
        library.Rescan();

        await IsNoticed(() => File.Move(folder.At("lib/one/.two.iso"), folder.At("lib/one/two.iso")));

        library.Current.Items[0].File("two.iso").ShouldNotBeNull();
    }

    [Theory]
    [InlineData("lib/one/.two.iso.part", false)]
    [InlineData(".checksums/two", false)]
    [InlineData("lib/one/two.iso", true)]
    [InlineData("lib", true)]
    [InlineData(null, true)]
    public void What_happens_to_hidden_files_does_not_matter(string? path, bool matters) =>
        FolderNotifications.Matters(path).ShouldBe(matters);

    [Fact]
    public async Task Nothing_is_read_before_the_changes_fall_silent()
    {
        var before = library.Current;
        var noticed = clock.NextWait(ContentLibrary.QuietTime);
        folder.Write("lib/one/two.iso");
        await noticed;

        clock.Advance(ContentLibrary.QuietTime - TimeSpan.FromMilliseconds(1));

        library.Current.ShouldBeSameAs(before);
    }

    [Fact]
    public async Task Lost_notifications_lead_to_a_scan_and_to_a_new_watcher()
    {
        var lost = clock.NextWait(ContentLibrary.QuietTime);
        library.Watch.Failed(new InternalBufferOverflowException());
        await lost;

        // Only a new watcher sees changes in a folder that has replaced the old one.
        Directory.Move(folder.Root, folder.Beside("old"));
        folder.Write("lib/one/two.iso");
        clock.Advance(ContentLibrary.QuietTime);

        library.Current.Items[0].Files.ShouldHaveSingleItem().Name.ShouldBe("two.iso");
        logs.Of(LogLevel.Warning).ShouldHaveSingleItem().ShouldContain("lost");
        await IsNoticed(() => folder.Write("lib/one/three.iso"));
    }

    [Fact]
    public async Task After_its_end_nothing_is_read_any_more()
    {
        var before = library.Current;
        await library.DisposeAsync();
        folder.Write("lib/one/two.iso");

        library.Watch.Failed(new InternalBufferOverflowException());
        clock.Advance(ContentLibrary.PollInterval);

        library.Current.ShouldBeSameAs(before);
    }

    async Task IsNoticed(Action change)
    {
        var before = library.Current;
        var noticed = clock.NextWait(ContentLibrary.QuietTime);

        change();
        await noticed;
        clock.Advance(ContentLibrary.QuietTime);

        library.Current.ShouldNotBeSameAs(before);
    }
}
