using Sessions.Content;

namespace Sessions.Tests.Content;

public class ContentVersionTests
{
    // SHA-256 of both files as (length of name, name, size, microseconds), computed with Python.
    const string ExpectedVersion = "8f10638abbf0582ad1854764d3d24465";

    static readonly DateTimeOffset Noon = new(ContentFolder.Noon);

    [Fact]
    public void It_is_32_hexadecimal_digits_and_stays_so_in_every_release() =>
        Version(new ItemFile("a.iso", 3, Noon), new ItemFile("b.iso", 4, Noon))
            .ShouldBe(ExpectedVersion);

    [Fact]
    public void An_item_without_files_has_one_too() => Version().ShouldMatch("^[0-9a-f]{32}$");

    [Fact]
    public void Another_name_is_another_version() =>
        Differ([new("a", 3, Noon)], [new("b", 3, Noon)]);

    [Fact]
    public void Another_size_is_another_version() =>
        Differ([new("a", 3, Noon)], [new("a", 4, Noon)]);

    [Fact]
    public void A_microsecond_later_is_another_version() =>
        Differ([new("a", 3, Noon)], [new("a", 3, Noon.AddMicroseconds(1))]);

    [Fact]
    public void The_zone_that_a_time_is_written_in_does_not_matter() =>
        Version(new ItemFile("a", 3, Noon))
            .ShouldBe(Version(new ItemFile("a", 3, Noon.ToOffset(TimeSpan.FromHours(5)))));

    [Fact]
    public void Each_file_counts() =>
        Differ([new("a", 3, Noon), new("b", 3, Noon)], [new("a", 3, Noon)]);

    static string Version(params ItemFile[] files) => ContentVersion.Of(files);

    static void Differ(ItemFile[] one, ItemFile[] other) => (Version(one) == Version(other)).ShouldBeFalse();
}
