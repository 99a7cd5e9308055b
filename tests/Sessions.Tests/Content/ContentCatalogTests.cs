using Sessions.Content;

namespace Sessions.Tests.Content;

public sealed class ContentCatalogTests : IDisposable
{
    readonly ContentFolder folder = new();
    readonly ContentCatalog catalog;

    public ContentCatalogTests()
    {
        folder.Write("tools/zip/zip.iso");
        folder.Write("tools/Backup/a.txt");
        folder.Write("images/debian/debian.iso");
        Directory.CreateDirectory(folder.At("empty"));
        catalog = folder.Scan();
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Libraries_stand_in_the_order_of_their_names() =>
        catalog.Libraries.Select(library => library.Name).ShouldBe(["empty", "images", "tools"]);

    [Fact]
    public void Items_stand_in_the_order_of_their_names() =>
        catalog.Items.Select(item => item.Name).ShouldBe(["Backup", "debian", "zip"]);

    [Fact]
    public void A_library_is_found_by_its_id() =>
        catalog.Library(ContentId.OfLibrary("images"))!.Name.ShouldBe("images");

    [Fact]
    public void An_item_is_found_by_its_id() =>
        catalog.Item(ContentId.OfItem("tools", "zip"))!.LibraryId.ShouldBe(ContentId.OfLibrary("tools"));

    [Fact]
    public void The_items_of_a_library_are_its_own() =>
        catalog.ItemsOf(ContentId.OfLibrary("tools")).Select(item => item.Name).ShouldBe(["Backup", "zip"]);

    [Fact]
    public void A_library_may_be_empty() => catalog.ItemsOf(ContentId.OfLibrary("empty")).ShouldBeEmpty();

    [Fact]
    public void An_unknown_id_names_nothing()
    {
        catalog.Library(ContentId.OfLibrary("other")).ShouldBeNull();
        catalog.Item(ContentId.OfLibrary("tools")).ShouldBeNull();
        catalog.ItemsOf(ContentId.OfLibrary("other")).ShouldBeEmpty();
    }

    [Fact]
    public void A_second_scan_of_the_same_files_is_the_same() => folder.Scan().SameAs(catalog).ShouldBeTrue();

    [Fact]
    public void A_scan_after_a_change_is_not_the_same()
    {
        folder.Write("images/debian/debian.iso", size: 4);

        folder.Scan().SameAs(catalog).ShouldBeFalse();
    }
}
