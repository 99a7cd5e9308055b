using Microsoft.Extensions.Logging;
using Sessions.Content;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Content;

public sealed class ContentLibraryTests : IDisposable
{
    readonly ContentFolder folder = new();
    readonly RecordedLogs logs = new();
    readonly ContentLibrary library;

    public ContentLibraryTests()
    {
        folder.Write("lib/one/one.iso");
        library = new ContentLibrary(folder.Root, new FakeClock(), logs.For<ContentLibrary>());
    }

    public void Dispose()
    {
        library.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void It_has_read_the_folder_when_it_begins() => Names().ShouldBe(["one"]);

    [Fact]
    public void A_rescan_returns_the_new_catalog()
    {
        folder.Write("lib/two/two.iso");

        library.Rescan().ShouldBeSameAs(library.Current);

        Names().ShouldBe(["one", "two"]);
    }

    [Fact]
    public void A_rescan_without_a_change_keeps_the_very_same_catalog()
    {
        var before = library.Current;

        library.Rescan().ShouldBeSameAs(before);

        logs.Of(LogLevel.Information).Count.ShouldBe(1);
    }

    [Fact]
    public void A_failed_scan_keeps_the_old_catalog_and_logs()
    {
        var before = library.Current;
        Directory.Move(folder.Root, folder.Beside("away"));

        library.Rescan().ShouldBeSameAs(before);

        library.ScanFailure.ShouldBeOfType<DirectoryNotFoundException>();
        logs.Of(LogLevel.Error).ShouldHaveSingleItem().ShouldContain(folder.Root);
    }

    [Fact]
    public void A_scan_that_succeeds_again_forgets_the_failure()
    {
        Directory.Move(folder.Root, folder.Beside("away"));
        library.Rescan();
        Directory.Move(folder.Beside("away"), folder.Root);
        folder.Write("lib/two/two.iso");

        library.Rescan();

        library.ScanFailure.ShouldBeNull();
        Names().ShouldBe(["one", "two"]);
    }

    [Fact]
    public void Threads_that_rescan_at_once_agree()
    {
        folder.Write("lib/two/two.iso");

        var catalogs = Enumerable.Range(0, 8).AsParallel().WithDegreeOfParallelism(8)
            .Select(_ => library.Rescan()).ToList();

        catalogs.Distinct().ShouldHaveSingleItem().ShouldBeSameAs(library.Current);
    }

    IEnumerable<string> Names() => library.Current.Items.Select(item => item.Name);
}
