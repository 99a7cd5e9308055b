using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Logging.Abstractions;
using Sessions.Content;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Content;

public sealed class PathTests : IDisposable
{
    readonly ContentFolder folder = new();
    readonly ContentLibrary library;
    readonly Item item;

    public PathTests()
    {
        folder.Write("lib/vm/vm.iso");
        File.WriteAllText(folder.Beside("secret"), "secret");
        library = new ContentLibrary(folder.Root, new FakeClock(), NullLogger<ContentLibrary>.Instance);
        item = library.Current.Items.Single();
    }

    public void Dispose()
    {
        library.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void A_file_lies_where_its_names_say() =>
        library.Path(item, item.Files[0].Name).ShouldBe(folder.At("lib/vm/vm.iso"));

    [Fact]
    public void A_file_that_is_gone_has_no_path()
    {
        File.Delete(folder.At("lib/vm/vm.iso"));

        library.Path(item, item.Files[0].Name).ShouldBeNull();
    }

    [Fact]
    public void An_item_of_a_library_that_is_gone_has_no_path() =>
        library.Path(item with { LibraryId = ContentId.OfLibrary("other") }, item.Files[0].Name).ShouldBeNull();

    [Fact]
    public void A_file_that_became_a_link_since_the_scan_has_no_path()
    {
        File.Delete(folder.At("lib/vm/vm.iso"));
        File.CreateSymbolicLink(folder.At("lib/vm/vm.iso"), folder.Beside("secret"));

        library.Path(item, item.Files[0].Name).ShouldBeNull();
    }

    [Theory]
    [InlineData("lib")]
    [InlineData("lib/vm")]
    public void A_folder_that_became_a_link_since_the_scan_leads_nowhere(string path)
    {
        Directory.Move(folder.At(path), folder.Beside("moved"));
        Directory.CreateSymbolicLink(folder.At(path), folder.Beside("moved"));

        library.Path(item, item.Files[0].Name).ShouldBeNull();
    }

    [Fact]
    public void The_root_itself_may_be_a_link()
    {
        Directory.CreateSymbolicLink(folder.Beside("link"), folder.Root);
        using var linked = new ContentLibrary(
            folder.Beside("link"), new FakeClock(), NullLogger<ContentLibrary>.Instance);

        var path = linked.Path(linked.Current.Items.Single(), item.Files[0].Name);

        path.ShouldBe(folder.Beside("link/lib/vm/vm.iso"));
    }

    [Fact]
    public void Hostile_names_never_lead_out_of_the_root()
    {
        // Files lie outside the item, so that a path that leads out is not refused only because nothing is there.
        File.WriteAllText(folder.At("secret"), "secret");
        File.WriteAllText(folder.At("lib/secret"), "secret");
        var inside = folder.Root + Path.DirectorySeparatorChar;
        var found = 0;

        Seeded.ForAll(5_000, Gen.Zip(HostileName, HostileName), names =>
        {
            var (itemName, fileName) = names;
            var path = library.Path(item with { Name = itemName }, fileName);

            if (path is null)
                return;

            found++;
            Path.GetFullPath(path).ShouldBe(path);
            path.ShouldStartWith(inside);
            Path.GetRelativePath(folder.Root, path).Split(Path.DirectorySeparatorChar).Length.ShouldBe(3);
        });

        found.ShouldBePositive("names that are not hostile must be among them");
    }

    Gen<string> HostileName =>
        Gen.Elements(
                "vm", "vm.iso", "lib", "secret", folder.Root,
                "..", ".", "/", "\\", "\0", "\n", "C:", "~", "%2e", "\u2215", " ")
            .ListOf()
            .Resize(4)
            .Select(string.Concat);
}
