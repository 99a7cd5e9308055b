using System.Globalization;
using System.Security.Cryptography;

namespace Sessions.Bench.Downloads;

/// <summary>What is downloaded: a large file, a larger one to fetch in parts, and many small ones in items of ten.</summary>
internal static class DownloadContent
{
    public const string Library = "bench";
    public const string LargeItem = "large";
    public const string LargeFile = "large.iso";
    public const long LargeSize = 1L << 30;
    public const string PartedItem = "parted";
    public const string PartedFile = "parted.iso";
    public const long PartedSize = 2L << 30;
    public const int SmallItems = 100;
    public const int SmallFilesOfItem = 10;
    public const int SmallSize = 64 * 1024;

    const int ChunkSize = 1 << 20;

    /// <summary>Writes all files. Bytes are random, because a file system may not store zeros at all.</summary>
    public static async Task WriteTo(string root, CancellationToken cancellation)
    {
        await Write(root, LargeItem, LargeFile, LargeSize, cancellation);
        await Write(root, PartedItem, PartedFile, PartedSize, cancellation);
        foreach (var item in Enumerable.Range(0, SmallItems))
        {
            foreach (var file in Enumerable.Range(0, SmallFilesOfItem))
                await Write(root, SmallItem(item), SmallFile(file), SmallSize, cancellation);
        }
    }

    public static string SmallItem(int number) => string.Create(CultureInfo.InvariantCulture, $"small-{number:D3}");

    public static string SmallFile(int number) => string.Create(CultureInfo.InvariantCulture, $"file-{number}.bin");

    public static string PathOf(string root, string item, string file) => Path.Combine(root, Library, item, file);

    static async Task Write(string root, string item, string file, long size, CancellationToken cancellation)
    {
        var path = PathOf(root, item, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await using var stream = File.Create(path);
        var chunk = new byte[Math.Min(size, ChunkSize)];
        for (var written = 0L; written < size; written += chunk.Length)
        {
            RandomNumberGenerator.Fill(chunk);
            await stream.WriteAsync(chunk, cancellation);
        }
    }
}
