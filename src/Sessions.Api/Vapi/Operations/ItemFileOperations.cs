using Sessions.Api.Vapi.Models;
using Sessions.Content;

namespace Sessions.Api.Vapi.Operations;

/// <summary>The operations that tell of the files of an item, before anything is downloaded.</summary>
internal sealed class ItemFileOperations(ContentLibrary content)
{
    const string Service = "com.vmware.content.library.item.file";
    const string Path = "content/library/item/{library_item_id}/file";

    static readonly Parameter<string> ItemId = new("library_item_id", VapiType.Text);
    static readonly Parameter<string> Name = new("name", VapiType.Text);

    public IEnumerable<Operation> All =>
    [
        new(Service, "list", new("GET", Path), [ItemId], VapiType.ListOf(ItemFileModel.Shape),
            [ErrorType.NotFound], call => List(call))
        { Summary = "The files of an item." },
        new(Service, "get", new("GET", Path) { Selector = Name.Name }, [ItemId, Name], ItemFileModel.Shape,
            [ErrorType.NotFound], call => Get(call))
        { Summary = "A file of an item, by its name." },
    ];

    Answer List(Call call) =>
        content.Current.Item(call.Get(ItemId)) is { } item
            ? Answer.Of(item.Files.ToArray())
            : Errors.ItemNotFound(call.Get(ItemId)!);

    Answer Get(Call call) =>
        content.Current.Item(call.Get(ItemId)) is not { } item ? Errors.ItemNotFound(call.Get(ItemId)!)
        : item.File(call.Get(Name)!) is not { } file ? Errors.ItemFileNotFound(call.Get(ItemId)!, call.Get(Name)!)
        : Answer.Of(file);
}
