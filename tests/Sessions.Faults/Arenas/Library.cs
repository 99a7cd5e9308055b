using System.Collections.Immutable;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Sessions.Content;
using Sessions.Domain;

namespace Sessions.Faults.Arenas;

/// <summary>The content library of a run: the sample, and what a cell has added to it.</summary>
sealed class Library
{
    /// <summary>The items that clients ask for, whose files are small enough to be fetched at once.</summary>
    static readonly string[] Wanted = ["hello-world", "tiny-vm"];

    readonly ImmutableArray<Item> all;
    readonly Dictionary<string, string> checksums;

    Library(ImmutableArray<Item> all, Dictionary<string, string> checksums) => (this.all, this.checksums) = (all, checksums);

    public ImmutableArray<PinnedItem> Items => [.. Wanted.Select(Named)];

    /// <summary>All items that sessions can be on.</summary>
    public ImmutableArray<PinnedItem> All => [.. all.Select(item => item.Pin())];

    public static Library Read(string root, TimeProvider clock)
    {
        using var content = new ContentLibrary(root, clock, NullLogger<ContentLibrary>.Instance);
        return new Library(
            content.Current.Items,
            Wanted.SelectMany(item => Directory.EnumerateFiles(Path.Combine(root, "sample", item)))
                .ToDictionary(file => Path.GetFileName(file), file => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))));
    }

    public PinnedItem Named(string name) => all.Single(item => item.Name == name).Pin();

    public PinnedItem ById(Guid id) => all.Single(item => item.Id == id).Pin();

    /// <summary>The checksum of a file that clients ask for; empty for any other.</summary>
    public string Sha256Of(string fileName) => checksums.GetValueOrDefault(fileName, "");
}
