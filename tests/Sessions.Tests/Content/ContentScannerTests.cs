using System.Globalization;
using Microsoft.Extensions.Logging;
using Sessions.Content;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Content;

public sealed class ContentScannerTests : IDisposable
{
    readonly ContentFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void An_item_has_the_files_of_its_folder_by_name()
    {
        folder.Write("lib/vm/vm.ovf", size: 10);
        folder.Write("lib/vm/disk.vmdk", size: 500);

        var item = folder.OnlyItem();

        item.Files.Select(file => (file.Name, file.Size)).ShouldBe([("disk.vmdk", 500), ("vm.ovf", 10)]);
        item.Size.ShouldBe(510);
        item.Type.ShouldBe("ovf");
        item.File("vm.ovf").ShouldBe(item.Files[1]);
        item.File("VM.OVF").ShouldBeNull();
    }

    [Fact]
    public void Files_stand_in_the_order_of_their_names_not_in_that_of_the_disk()
    {
        string[] names = ["B", "Z", "a", "aa", "b", "c", "d", "e", "f", "ä"];
        foreach (var name in Enumerable.Reverse(names))
            folder.Write($"lib/vm/{name}");

        folder.OnlyItem().Files.Select(file => file.Name).ShouldBe(names);
    }

    [Fact]
    public void Times_are_cut_to_microseconds_in_UTC()
    {
        folder.Write("lib/vm/vm.ovf", modifiedAt: ContentFolder.Noon.AddTicks(12_345_678));

        var time = folder.OnlyItem().Files[0].ModifiedAt;

        time.ShouldBe(new DateTimeOffset(ContentFolder.Noon.AddTicks(12_345_670)));
        time.Offset.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void A_session_pins_what_was_scanned()
    {
        folder.Write("lib/vm/vm.ovf", size: 10);
        var item = folder.OnlyItem();

        var pinned = item.Pin();

        pinned.ItemId.ShouldBe(item.Id);
        pinned.ContentVersion.ShouldBe(item.ContentVersion);
        pinned.File("vm.ovf").ShouldBe(new("vm.ovf", 10, new DateTimeOffset(ContentFolder.Noon)));
        folder.OnlyItem().Pin().ShouldBe(pinned);
    }

    [Fact]
    public void An_item_was_created_at_its_earliest_time_and_modified_at_its_latest()
    {
        var future = new DateTime(2099, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        folder.Write("lib/vm/old.iso", modifiedAt: ContentFolder.Noon);
        folder.Write("lib/vm/new.iso", modifiedAt: future);

        var item = folder.OnlyItem();

        item.CreatedAt.ShouldBe(new DateTimeOffset(ContentFolder.Noon));
        item.ModifiedAt.ShouldBe(new DateTimeOffset(future));
        item.Version.ShouldBe("4070908800000000");
        folder.Scan().Libraries[0].ModifiedAt.ShouldBe(item.ModifiedAt);
    }

    [Fact]
    public void The_version_grows_when_a_file_is_removed()
    {
        folder.Write("lib/vm/a.iso");
        var removed = folder.Write("lib/vm/b.iso");
        Directory.SetLastWriteTimeUtc(folder.At("lib/vm"), ContentFolder.Noon);
        var before = folder.OnlyItem();

        File.Delete(removed);

        var after = folder.OnlyItem();
        Number(after.Version).ShouldBeGreaterThan(Number(before.Version));
        after.ContentVersion.ShouldNotBe(before.ContentVersion, StringComparer.Ordinal);
    }

    [Fact]
    public void A_folder_without_files_is_an_item_still_to_be_filled()
    {
        Directory.CreateDirectory(folder.At("lib/new"));

        var item = folder.OnlyItem();

        item.Files.ShouldBeEmpty();
        item.Size.ShouldBe(0);
        item.Type.ShouldBe("file");
    }

    [Fact]
    public void Hidden_names_are_ignored_at_every_level()
    {
        folder.Write(".hidden/vm/vm.ovf");
        folder.Write("lib/.hidden/vm.ovf");
        folder.Write("lib/vm/.vm.ovf.part");

        folder.Scan().Libraries.ShouldHaveSingleItem().Name.ShouldBe("lib");
        folder.OnlyItem().Files.ShouldBeEmpty();
    }

    [Fact]
    public void Only_files_directly_inside_of_an_item_count()
    {
        folder.Write("lib/vm/vm.ovf");
        folder.Write("lib/vm/deeper/other.ovf");
        folder.Write("lib/stray.iso");
        folder.Write("stray.iso");

        folder.OnlyItem().Files.ShouldHaveSingleItem().Name.ShouldBe("vm.ovf");
    }

    [Fact]
    public void A_missing_root_is_an_error()
    {
        var scanner = new ContentScanner(folder.At("missing"), new RecordedLogs().For<ContentScanner>());

        Should.Throw<DirectoryNotFoundException>(scanner.Scan);
    }

    [Fact]
    public void What_cannot_be_reached_any_more_is_left_out_in_silence()
    {
        // A name that is not UTF-8 is listed but not found again, as if it had been deleted in between.
        Assert.SkipWhen(OperatingSystem.IsWindows() || OperatingSystem.IsMacOS(), "needs names of any bytes");
        folder.Write("lib/vm/vm.ovf");
        folder.Shell(@"name=$(printf 'gone\377'); mkdir ""$name"" ""lib/$name""; echo x > ""lib/vm/$name""");
        var logs = new RecordedLogs();

        var catalog = new ContentScanner(folder.Root, logs.For<ContentScanner>()).Scan();

        // The framework cannot delete what it cannot name.
        folder.Shell("rm -r gone* lib/gone* lib/vm/gone*");
        catalog.Libraries.ShouldHaveSingleItem();
        catalog.Items.ShouldHaveSingleItem().Files.ShouldHaveSingleItem().Name.ShouldBe("vm.ovf");
        logs.Of(LogLevel.Warning).ShouldBeEmpty();
    }

    [Fact]
    public void An_unreadable_folder_is_left_out_and_logged_once()
    {
        Assert.SkipWhen(
            OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "this account may read all");
        folder.Write("lib/open/a.iso");
        folder.Write("lib/closed/b.iso");
        folder.Write("lost+found/vm/c.iso");
        var logs = new RecordedLogs();
        var scanner = new ContentScanner(folder.Root, logs.For<ContentScanner>());
        folder.Shell("chmod 000 lib/closed lost+found");

        scanner.Scan();
        var catalog = scanner.Scan();

        catalog.Libraries.ShouldHaveSingleItem().Name.ShouldBe("lib");
        catalog.Items.ShouldHaveSingleItem().Name.ShouldBe("open");
        logs.Of(LogLevel.Warning).Count.ShouldBe(2);

        folder.Shell("chmod 700 lib/closed lost+found");
        scanner.Scan().Items.Length.ShouldBe(3);
        logs.Of(LogLevel.Information).Count.ShouldBe(2);
    }

    static long Number(string version) => long.Parse(version, CultureInfo.InvariantCulture);
}
