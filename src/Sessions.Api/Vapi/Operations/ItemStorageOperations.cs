using Sessions.Api.Vapi.Models;
using Sessions.Content;

namespace Sessions.Api.Vapi.Operations;

/// <summary>The operations that tell where the files of an item lie, to those who may know.</summary>
internal sealed class ItemStorageOperations(ContentLibrary content)
{
    const string Service = "com.vmware.content.library.item.storage";
    const string Path = "content/library/item/{library_item_id}/storage";

    static readonly Parameter<string> ItemId = new("library_item_id", VapiType.Text);
    static readonly Parameter<string> FileName = new("file_name", VapiType.Text);

    public IEnumerable<Operation> All =>
    [
        new(Service, "list", new("GET", Path), [ItemId], VapiType.ListOf(ItemStorageModel.Shape),
            [ErrorType.Unauthorized, ErrorType.NotFound],
            call => Read(call, item => item.Files))
        { Summary = "Where the files of an item lie. Needs the role ContentLibrary.ReadStorage." },
        // The API has a list here too: with the vendor, one file may lie on several storages.
        new(Service, "get", new("GET", Path) { Selector = FileName.Name }, [ItemId, FileName],
            VapiType.ListOf(ItemStorageModel.Shape), [ErrorType.Unauthorized, ErrorType.NotFound],
            call => Read(call, item => item.File(call.Get(FileName)!) is { } file ? [file] : null))
        { Summary = "Where a file of an item lies. Needs the role ContentLibrary.ReadStorage." },
    ];

    /// <summary>Where the chosen files of the item lie. The choice is null for a file that it does not have.</summary>
    Answer Read(Call call, Func<Item, IReadOnlyList<ItemFile>?> choose)
    {
        if (!call.Caller.MayReadStorage)
            return Errors.StorageNotAllowed();

        var catalog = content.Current;
        if (catalog.Item(call.Get(ItemId)) is not { } item || catalog.Library(item.LibraryId) is not { } library)
            return Errors.ItemNotFound(call.Get(ItemId)!);
        if (choose(item) is not { } files)
            return Errors.ItemFileNotFound(call.Get(ItemId)!, call.Get(FileName)!);

        var backing = new StorageBackingModel(content.Locate(library));
        return Answer.Of(files
            .Select(file => new ItemStorageModel(file, backing, content.Locate(library, item, file.Name)))
            .ToArray());
    }
}
