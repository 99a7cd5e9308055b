using Sessions.Content;

namespace Sessions.Tests.Content;

public class ContentIdTests
{
    // Computed with another implementation of RFC 9562, Python's uuid.uuid5.
    [Fact]
    public void The_id_of_a_library_is_the_UUIDv5_of_its_name() =>
        ContentId.OfLibrary("sample").ShouldBe(new Guid("a70c7f4e-30d1-5f9f-a6fb-b0a790b2302d"));

    [Fact]
    public void The_id_of_an_item_is_the_UUIDv5_of_its_path() =>
        ContentId.OfItem("sample", "tiny-vm").ShouldBe(new Guid("41082c12-46f0-5880-89d5-9321cdaa5214"));

    [Fact]
    public void Names_are_hashed_as_UTF_8() =>
        ContentId.OfItem("bücher", "電 影").ShouldBe(new Guid("c39778ba-da5f-5b0a-ad3a-ecd101c689ad"));
}
