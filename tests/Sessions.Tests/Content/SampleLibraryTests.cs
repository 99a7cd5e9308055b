using System.Xml.Linq;
using Microsoft.Extensions.Logging.Abstractions;
using Sessions.Content;

namespace Sessions.Tests.Content;

public sealed class SampleLibraryTests : IDisposable
{
    readonly ContentFolder folder = new();
    readonly string root;

    public SampleLibraryTests()
    {
        root = folder.Beside("sample");
        SampleLibrary.WriteTo(root).ShouldBeTrue();
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void It_holds_an_item_of_each_common_type()
    {
        var catalog = Scan(root);

        catalog.Libraries.ShouldHaveSingleItem().Name.ShouldBe("sample");
        catalog.Items.Select(item => (item.Name, item.Type))
            .ShouldBe([("hello-world", "file"), ("installer", "iso"), ("tiny-vm", "ovf")]);
        catalog.Items[1].Size.ShouldBe(1024 * 1024);
    }

    [Fact]
    public void Written_elsewhere_it_is_the_same()
    {
        SampleLibrary.WriteTo(folder.Beside("elsewhere/deep"));

        Scan(folder.Beside("elsewhere/deep")).Items.Select(item => item.Pin())
            .ShouldBe(Scan(root).Items.Select(item => item.Pin()));
    }

    [Fact]
    public void The_descriptor_names_the_disk_and_its_size()
    {
        var item = Scan(root).Items.Single(item => item.Name == "tiny-vm");
        var file = XDocument.Load(Path.Join(root, "sample/tiny-vm/tiny-vm.ovf"))
            .Descendants().Single(element => element.Name.LocalName == "File");

        var disk = item.File(file.Attributes().Single(a => a.Name.LocalName == "href").Value);

        disk!.Size.ShouldBe((long)file.Attributes().Single(a => a.Name.LocalName == "size"));
    }

    [Fact]
    public void A_root_that_exists_is_left_alone()
    {
        SampleLibrary.WriteTo(folder.Root).ShouldBeFalse();

        Directory.EnumerateFileSystemEntries(folder.Root).ShouldBeEmpty();
    }

    [Fact]
    public void Nothing_is_left_beside_it() =>
        Directory.EnumerateFileSystemEntries(folder.Beside("")).Select(Path.GetFileName)
            .ShouldBe(["root", "sample"], ignoreOrder: true);

    [Fact]
    public void Processes_that_write_it_at_once_get_one_whole_library()
    {
        var shared = folder.Beside("shared");

        var written = Enumerable.Range(0, 4).AsParallel().WithDegreeOfParallelism(4)
            .Select(_ => SampleLibrary.WriteTo(shared)).ToList();

        written.Count(first => first).ShouldBe(1);
        Scan(shared).Items.Length.ShouldBe(3);
        Directory.EnumerateFileSystemEntries(folder.Beside("")).Count().ShouldBe(3);
    }

    static ContentCatalog Scan(string root) => new ContentScanner(root, NullLogger.Instance).Scan();
}
