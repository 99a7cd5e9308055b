using Sessions.Api.Vapi.Models;
using Sessions.Content;

namespace Sessions.Api.Vapi.Operations;

/// <summary>The operations by which a client finds an item in a library.</summary>
internal sealed class ItemOperations(ContentLibrary content)
{
    const string Service = "com.vmware.content.library.item";
    const string Path = "content/library/item";

    static readonly Parameter<string> LibraryId = new("library_id", VapiType.Text);
    static readonly Parameter<string> Id = new("library_item_id", VapiType.Text);
    static readonly Parameter<StructureValue> Spec = new("spec", ItemModel.FindSpec);

    public IEnumerable<Operation> All =>
    [
        new(Service, "list", new("GET", Path), [LibraryId], VapiType.ListOf(VapiType.Text),
            [ErrorType.InvalidArgument, ErrorType.NotFound], call => List(call))
        { Summary = "The ids of the items of a library." },
        new(Service, "get", new("GET", Path + "/{library_item_id}"), [Id], ItemModel.Shape,
            [ErrorType.NotFound], call => Get(call))
        { Summary = "An item." },
        new(Service, "find", new("POST", Path, "find"), [Spec], VapiType.ListOf(VapiType.Text),
            [ErrorType.InvalidArgument], call => Find(call))
        { Summary = "The ids of the items that have all these properties. Names are whole and of either case." },
    ];

    Answer List(Call call)
    {
        var catalog = content.Current;
        return catalog.Library(call.Get(LibraryId)) is { } library
            ? IdsOf(catalog.ItemsOf(library.Id))
            : Errors.LibraryNotFound(call.Get(LibraryId)!);
    }

    Answer Get(Call call) =>
        content.Current.Item(call.Get(Id)) is { } item
            ? Answer.Of(item)
            : Errors.ItemNotFound(call.Get(Id)!);

    Answer Find(Call call)
    {
        var spec = call.Get(Spec)!;
        if (spec.IsEmpty)
            return Errors.NothingToFind(Service + ".find");

        var catalog = content.Current;
        IEnumerable<Item> items = spec["library_id"] is string id
            ? catalog.Library(id) is { } library ? catalog.ItemsOf(library.Id) : []
            : catalog.Items;
        return IdsOf(items.Where(item =>
            FindSpec.Admits(spec["name"], item.Name)
            && FindSpec.Admits(spec["type"], item.Type)
            // Every item is local and on the disk: none has a source, and all are cached.
            && spec["source_id"] is null
            && spec["cached"] is not false));
    }

    static Answer IdsOf(IEnumerable<Item> items) =>
        Answer.Of(items.Select(item => item.Id.ToString("D")).ToArray());
}
