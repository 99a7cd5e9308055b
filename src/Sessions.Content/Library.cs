using System.Collections.Immutable;
using Sessions.Domain;

namespace Sessions.Content;

/// <summary>A library: a folder directly inside of the content root.</summary>
/// <param name="Id">A UUIDv5 of the folder's name, so every node computes the same.</param>
/// <param name="Name">The folder's name.</param>
/// <param name="CreatedAt">The earliest time of the folder, in UTC and whole microseconds.</param>
/// <param name="ModifiedAt">The latest time of the folder or of one of its items.</param>
public sealed record Library(Guid Id, string Name, DateTimeOffset CreatedAt, DateTimeOffset ModifiedAt)
{
    /// <summary>A number that grows with each change, as an item's does.</summary>
    public string Version => FileTime.Version(ModifiedAt);
}

/// <summary>A library item: a folder directly inside of a library, and the files directly in it.</summary>
/// <param name="Id">A UUIDv5 of <c>library/item</c>, so every node computes the same.</param>
/// <param name="LibraryId">The id of the library that the item is in.</param>
/// <param name="Name">The folder's name.</param>
/// <param name="Type">What the files are, guessed from their names: see <see cref="ItemType"/>.</param>
/// <param name="Size">The size of all files together, in bytes.</param>
/// <param name="Version">
/// <paramref name="ModifiedAt"/> as microseconds since 1970: no node keeps a counter, yet it is a
/// number that grows with each change, the same on every node.
/// </param>
/// <param name="ContentVersion">
/// 32 hexadecimal digits over names, sizes and times of the files; another version means other content.
/// </param>
/// <param name="CreatedAt">The earliest time of the folder or of one of its files, in UTC and whole microseconds.</param>
/// <param name="ModifiedAt">The latest time of the folder or of one of its files.</param>
/// <param name="Files">The files by name; none for an item that is still to be filled.</param>
public sealed record Item(
    Guid Id,
    Guid LibraryId,
    string Name,
    string Type,
    long Size,
    string Version,
    string ContentVersion,
    DateTimeOffset CreatedAt,
    DateTimeOffset ModifiedAt,
    ImmutableArray<ItemFile> Files)
{
    /// <summary>The file of this exact name, or null.</summary>
    public ItemFile? File(string name) =>
        Files.FirstOrDefault(file => string.Equals(file.Name, name, StringComparison.Ordinal));

    /// <summary>The item as a session that is created now pins it.</summary>
    public PinnedItem Pin() =>
        new(Id, ContentVersion, [.. Files.Select(f => new PinnedFile(f.Name, f.Size, f.ModifiedAt))]);

    /// <inheritdoc/>
    public bool Equals(Item? other) =>
        other is not null
        && Id == other.Id
        && LibraryId == other.LibraryId
        && Name == other.Name
        && Type == other.Type
        && Size == other.Size
        && Version == other.Version
        && ContentVersion == other.ContentVersion
        && CreatedAt == other.CreatedAt
        && ModifiedAt == other.ModifiedAt
        && Files.SequenceEqual(other.Files);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Id, Version, ContentVersion);
}

/// <summary>One file of an item.</summary>
/// <param name="Name">The file's name within its item.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="ModifiedAt">
/// When it was last modified, in UTC and whole microseconds, which is what PostgreSQL keeps: a time
/// that has been stored still equals the one that is read from the disk.
/// </param>
public sealed record ItemFile(string Name, long Size, DateTimeOffset ModifiedAt)
{
    /// <summary>A number that grows when a newer file comes under this name.</summary>
    public string Version => FileTime.Version(ModifiedAt);
}
