namespace Sessions.Domain.Tests;

public class PinnedItemTests
{
    [Fact]
    public void A_file_is_found_by_its_exact_name()
    {
        Item.File("disk.vmdk").ShouldBe(Disk);
        Item.File("Disk.vmdk").ShouldBeNull();
        Item.File("disk.vmdk ").ShouldBeNull();
    }

    [Fact]
    public void Items_are_equal_when_all_that_is_pinned_is_equal()
    {
        var same = Item with { Files = [Descriptor with { }, Disk with { }] };

        same.ShouldBe(Item);
        same.GetHashCode().ShouldBe(Item.GetHashCode());
    }

    [Fact]
    public void Items_differ_when_anything_that_is_pinned_differs()
    {
        AnotherItem.ShouldNotBe(Item);
        (Item with { ContentVersion = "8" }).ShouldNotBe(Item);
        (Item with { Files = [Descriptor] }).ShouldNotBe(Item);
        (Item with { Files = [Descriptor, Disk with { Size = 1001 }] }).ShouldNotBe(Item);
        (Item with { Files = [Descriptor, Disk with { ModifiedAt = Noon }] }).ShouldNotBe(Item);
    }
}
