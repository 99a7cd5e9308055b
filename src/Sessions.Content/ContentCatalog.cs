using System.Collections.Frozen;
using System.Collections.Immutable;
using Sessions.Domain;

namespace Sessions.Content;

/// <summary>
/// What the content library held at one moment. It never changes, so a request that reads it twice sees the same twice; a
/// later state is another catalog.
/// </summary>
public sealed class ContentCatalog
{
    readonly FrozenDictionary<Guid, Library> libraries;
    readonly FrozenDictionary<Guid, Item> items;
    readonly FrozenDictionary<Guid, ImmutableArray<Item>> itemsOfLibrary;

    /// <summary>A catalog of these libraries and of these items, each of which names its library.</summary>
    /// <exception cref="ArgumentException">Two libraries or two items have the same id.</exception>
    public ContentCatalog(IEnumerable<Library> libraries, IEnumerable<Item> items)
    {
        Libraries = [.. libraries.OrderBy(library => library.Name, StringComparer.Ordinal)];
        Items = [.. items.OrderBy(item => item.Name, StringComparer.Ordinal).ThenBy(item => item.Id)];

        this.libraries = Libraries.ToFrozenDictionary(library => library.Id);
        this.items = Items.ToFrozenDictionary(item => item.Id);
        itemsOfLibrary = Items
            .GroupBy(item => item.LibraryId)
            .ToFrozenDictionary(group => group.Key, group => group.ToImmutableArray());
    }

    /// <summary>The catalog of a library that holds nothing, or has never been read.</summary>
    public static ContentCatalog Empty { get; } = new([], []);

    /// <summary>All libraries, by name.</summary>
    public ImmutableArray<Library> Libraries { get; }

    /// <summary>The items of all libraries, by name; of the same name, by id.</summary>
    public ImmutableArray<Item> Items { get; }

    /// <summary>The library of this id, or null.</summary>
    public Library? Library(Guid id) => libraries.GetValueOrDefault(id);

    /// <summary>The item of this id, or null.</summary>
    public Item? Item(Guid id) => items.GetValueOrDefault(id);

    /// <summary>The library whose id this text is, or null: any other text names nothing.</summary>
    public Library? Library(string? id) => UsualUuid.TryParse(id, out var parsed) ? Library(parsed) : null;

    /// <summary>The item whose id this text is, or null: any other text names nothing.</summary>
    public Item? Item(string? id) => UsualUuid.TryParse(id, out var parsed) ? Item(parsed) : null;

    /// <summary>The items of one library, by name; none for a library that is not here.</summary>
    public ImmutableArray<Item> ItemsOf(Guid libraryId) => itemsOfLibrary.GetValueOrDefault(libraryId, []);

    /// <summary>Whether the other catalog is the same in every detail.</summary>
    public bool SameAs(ContentCatalog other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Libraries.SequenceEqual(other.Libraries) && Items.SequenceEqual(other.Items);
    }
}
