using System.Security.Cryptography;
using Sessions.Content;
using Sessions.Domain;

namespace Sessions.Tests.Content;

/// <summary>A checksum is that of the file as it was pinned, or there is none.</summary>
public sealed class FileHashTests : IDisposable
{
    readonly ContentFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(1024 * 1024)]
    [InlineData(3 * 1024 * 1024 + 1)]
    public void It_is_the_hash_of_all_bytes_however_many(int size)
    {
        using var file = Open(size, out var pinned);
        var progress = new List<long>();

        var hash = FileHash.Sha256(file, pinned, progress.Add, CancellationToken.None);

        hash.ShouldBe(SHA256.HashData(new byte[size]));
        progress.ShouldBeInOrder();
        progress.LastOrDefault().ShouldBe(size);
    }

    [Fact]
    public void A_file_that_is_modified_while_it_is_read_has_none()
    {
        using var file = Open(5, out var pinned);

        FileHash.Sha256(file, pinned, _ => File.SetLastWriteTimeUtc(file.Name, ContentFolder.Noon.AddSeconds(1)), default)
            .ShouldBeNull();
    }

    [Fact]
    public void A_file_that_grows_while_it_is_read_has_none_whatever_its_time_says()
    {
        using var file = Open(5, out var pinned);

        FileHash.Sha256(file, pinned, read => folder.Write("lib/vm/vm.iso", (int)Math.Min(read + 1, 7)), default)
            .ShouldBeNull();
    }

    [Fact]
    public void A_file_that_another_replaces_is_read_to_its_end()
    {
        using var file = Open(5, out var pinned);

        FileHash.Sha256(file, pinned, _ => File.Delete(file.Name), default).ShouldBe(SHA256.HashData(new byte[5]));
    }

    [Fact]
    public void Whoever_stops_gets_nothing()
    {
        using var file = Open(5, out var pinned);

        Should.Throw<OperationCanceledException>(() => FileHash.Sha256(file, pinned, _ => { }, new CancellationToken(true)));
    }

    FileStream Open(int size, out PinnedFile pinned)
    {
        var path = folder.Write("lib/vm/vm.iso", size);
        pinned = folder.OnlyItem().Pin().Files[0];
        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
    }
}
