using System.Collections.Immutable;

namespace Sessions.Domain;

/// <summary>
/// The library item as it was when its session was created. A download keeps these names, sizes and this content version
/// until its end, whatever happens to the item meanwhile.
/// </summary>
/// <param name="ItemId">The library item's id.</param>
/// <param name="ContentVersion">The item's content version at the session's creation.</param>
/// <param name="Files">The item's files at the session's creation.</param>
public sealed record PinnedItem(Guid ItemId, string ContentVersion, ImmutableArray<PinnedFile> Files)
{
    /// <summary>The pinned file of this exact name, or null.</summary>
    public PinnedFile? File(string name) =>
        Files.FirstOrDefault(file => string.Equals(file.Name, name, StringComparison.Ordinal));

    /// <inheritdoc/>
    public bool Equals(PinnedItem? other) =>
        other is not null
        && ItemId == other.ItemId
        && ContentVersion == other.ContentVersion
        && Files.SequenceEqual(other.Files);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(ItemId, ContentVersion, Files.Length);
}

/// <summary>One file of a pinned item.</summary>
/// <param name="Name">The file's name within its item.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="ModifiedAt">When it was last modified; another time means another file.</param>
public sealed record PinnedFile(string Name, long Size, DateTimeOffset ModifiedAt);
