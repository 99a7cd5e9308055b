using FsCheck;
using FsCheck.Fluent;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Content;

public class SameOnEveryNodeTests
{
    sealed record File(string Path, int Size, int Age);

    static readonly Gen<string> Name =
        from first in Gen.Elements("a", "B", "z", "ä", "電", "0", "-", " ", "'", "%")
        from rest in Gen.Elements("", ".iso", ".OVF", " copy", "é", "e\u0301")
        select first + rest;

    static readonly Gen<List<File>> Tree =
        (from library in Name
         from item in Name
         from name in Name
         from size in Gen.Choose(0, 50)
         from age in Gen.Choose(0, 1_000_000)
         select new File($"{library}/{item}/{name}", size, age))
        .NonEmptyListOf()
        .Resize(12)
        .Select(files => files.DistinctBy(file => file.Path, StringComparer.Ordinal).ToList());

    [Fact]
    public void The_same_files_have_the_same_ids_and_versions_whatever_order_they_came_in() =>
        Seeded.ForAll(40, Tree, tree =>
        {
            using var one = Written(tree);
            using var other = Written(Enumerable.Reverse(tree));

            var expected = one.Scan();
            var scanned = other.Scan();

            scanned.Libraries.Select(library => (library.Id, library.Name))
                .ShouldBe(expected.Libraries.Select(library => (library.Id, library.Name)));
            scanned.Items.Select(item => item.Pin()).ShouldBe(expected.Items.Select(item => item.Pin()));
            scanned.Items.Sum(item => item.Files.Length).ShouldBe(tree.Count);
        });

    static ContentFolder Written(IEnumerable<File> files)
    {
        var folder = new ContentFolder();
        foreach (var file in files)
            folder.Write(file.Path, file.Size, ContentFolder.Noon.AddMicroseconds(-file.Age));
        return folder;
    }
}
