using FsCheck.Fluent;

namespace Sessions.Domain.Tests;

public class ByteRangesTests
{
    [Fact]
    public void Ranges_apart_stay_apart_in_order() =>
        Merged((20, 30), (0, 10), (40, 50)).ShouldBe([new(0, 10), new(20, 30), new(40, 50)]);

    [Fact]
    public void Ranges_that_touch_become_one()
    {
        Merged((0, 10), (10, 20)).ShouldBe([new(0, 20)]);
        Merged((10, 20), (0, 10)).ShouldBe([new(0, 20)]);
    }

    [Fact]
    public void Ranges_with_one_byte_between_them_stay_apart()
    {
        Merged((0, 10), (11, 20)).ShouldBe([new(0, 10), new(11, 20)]);
        Merged((11, 20), (0, 10)).ShouldBe([new(0, 10), new(11, 20)]);
    }

    [Fact]
    public void A_range_within_another_changes_nothing() =>
        Merged((0, 100), (10, 20)).ShouldBe([new(0, 100)]);

    [Fact]
    public void A_range_swallows_what_lies_in_it_and_joins_what_it_touches() =>
        Merged((0, 10), (20, 30), (40, 50), (60, 70), (10, 45)).ShouldBe([new(0, 50), new(60, 70)]);

    [Fact]
    public void A_range_that_ends_before_it_starts_is_none() => Merged((10, 9)).ShouldBeEmpty();

    [Fact]
    public void A_part_too_many_is_forgotten_and_one_that_closes_a_gap_is_not()
    {
        var single = Of([.. Enumerable.Range(0, ByteRanges.PartsMax).Select(i => (2 * i, (2 * i) + 1))]);

        single.Add(new ByteRange(5000, 5001)).ShouldBe(single);
        single.Add(new ByteRange(1, 2)).Parts.Length.ShouldBe(ByteRanges.PartsMax - 1);
    }

    [Fact]
    public void A_file_is_covered_by_all_of_its_bytes_and_no_fewer()
    {
        Of((0, 10)).Cover(10).ShouldBeTrue();
        Of((0, 9)).Cover(10).ShouldBeFalse();
        Of((1, 10)).Cover(10).ShouldBeFalse();
        Of((0, 4), (5, 10)).Cover(10).ShouldBeFalse();
        ByteRanges.None.Cover(10).ShouldBeFalse();
    }

    [Fact]
    public void An_empty_file_is_covered_once_it_was_fetched()
    {
        ByteRanges.None.Cover(0).ShouldBeFalse();
        Of((0, 0)).Cover(0).ShouldBeTrue();
    }

    [Fact]
    public void Ranges_are_equal_by_what_they_hold()
    {
        Of((0, 5), (5, 10)).ShouldBe(Of((0, 10)));
        Of((0, 5), (5, 10)).GetHashCode().ShouldBe(Of((0, 10)).GetHashCode());
        Of((0, 9)).ShouldNotBe(Of((0, 10)));
    }

    [Fact]
    public void Whatever_ranges_come_they_say_which_bytes_have_left()
    {
        const int size = 12;
        var offset = Gen.Choose(0, size);
        var range = from start in offset from end in offset select (start, end);

        Seeded.ForAll(range.ArrayOf(), added =>
        {
            var parts = Merged(added);
            var left = added.SelectMany(r => Between(r.start, r.end)).ToHashSet();

            parts.SelectMany(part => Between((int)part.Start, (int)part.End)).ShouldBe(left.Order());
            parts.Zip(parts.Skip(1)).Where(pair => pair.First.End >= pair.Second.Start).ShouldBeEmpty();
            Of(added).Cover(size).ShouldBe(left.Count == size);
        });
    }

    static IEnumerable<int> Between(int start, int end) => Enumerable.Range(start, Math.Max(0, end - start));

    static ByteRange[] Merged(params (int Start, int End)[] added) => [.. Of(added).Parts];

    static ByteRanges Of(params (int Start, int End)[] added) =>
        added.Aggregate(ByteRanges.None, (ranges, r) => ranges.Add(new ByteRange(r.Start, r.End)));
}
