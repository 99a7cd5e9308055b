using Microsoft.Extensions.Logging;
using Sessions.Content;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Content;

public sealed class PollTests : IDisposable
{
    readonly ContentFolder folder = new();
    readonly FakeClock clock = new();
    readonly RecordedLogs logs = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_root_that_appears_late_is_found_and_watched()
    {
        Directory.Delete(folder.Root);
        using var library = new ContentLibrary(folder.Root, clock, logs.For<ContentLibrary>());
        library.Current.Libraries.ShouldBeEmpty();
        library.ScanFailure.ShouldNotBeNull();
        clock.Advance(ContentLibrary.PollInterval);
        folder.Write("lib/one/one.iso");

        clock.Advance(ContentLibrary.PollInterval);

        library.ScanFailure.ShouldBeNull();
        library.Current.Items.ShouldHaveSingleItem().Name.ShouldBe("one");
        logs.Of(LogLevel.Warning).ShouldHaveSingleItem().ShouldContain("cannot be watched");
        await IsNoticed(library);
    }

    [Fact]
    public async Task A_root_that_appears_empty_is_watched_too()
    {
        Directory.Delete(folder.Root);
        using var library = new ContentLibrary(folder.Root, clock, logs.For<ContentLibrary>());
        Directory.CreateDirectory(folder.Root);

        clock.Advance(ContentLibrary.PollInterval);

        await IsNoticed(library);
    }

    [Fact]
    public async Task Another_folder_moved_to_the_place_of_the_root_is_found_and_watched()
    {
        folder.Write("lib/one/one.iso");
        using var library = new ContentLibrary(folder.Root, clock, logs.For<ContentLibrary>());
        Directory.Move(folder.Root, folder.Beside("old"));
        folder.Write("lib/two/two.iso");

        clock.Advance(ContentLibrary.PollInterval);

        library.Current.Items.ShouldHaveSingleItem().Name.ShouldBe("two");
        await IsNoticed(library);
    }

    [Fact]
    public void Polls_without_a_change_keep_the_very_same_catalog()
    {
        folder.Write("lib/one/one.iso");
        using var library = new ContentLibrary(folder.Root, clock, logs.For<ContentLibrary>());
        var before = library.Current;

        clock.Advance(ContentLibrary.PollInterval * 3);

        library.Current.ShouldBeSameAs(before);
    }

    async Task IsNoticed(ContentLibrary library)
    {
        var noticed = clock.NextWait(ContentLibrary.QuietTime);
        folder.Write("lib/three/three.iso");
        await noticed;
        clock.Advance(ContentLibrary.QuietTime);

        library.Current.Items.ShouldContain(item => item.Name == "three");
    }
}
