using Sessions.Api.Vapi.Models;
using Sessions.Content;

namespace Sessions.Api.Vapi.Operations;

/// <summary>The operations by which a client finds a library and an item in it.</summary>
internal sealed class LibraryOperations(ContentLibrary content)
{
    const string Service = "com.vmware.content.library";
    const string ItemService = "com.vmware.content.library.item";

    static readonly Parameter<string> LibraryId = new("library_id", VapiType.Text);
    static readonly Parameter<string> ItemId = new("library_item_id", VapiType.Text);

    public IEnumerable<Operation> All =>
    [
        new(Service, "list", new("GET", "content/library"), [], VapiType.ListOf(VapiType.Text), [],
            _ => Found(content.Current.Libraries.Select(library => library.Id.ToString("D")).ToArray())),
        new(Service, "get", new("GET", "content/library/{library_id}"), [LibraryId], LibraryModels.Library,
            [ErrorType.NotFound],
            call => Library(call) is { } library ? Found(library) : Missing(Errors.LibraryNotFound(call.Get(LibraryId)!))),
        new(ItemService, "list", new("GET", "content/library/item"), [LibraryId], VapiType.ListOf(VapiType.Text),
            [ErrorType.InvalidArgument, ErrorType.NotFound],
            call => Library(call) is { } library
                ? Found(content.Current.ItemsOf(library.Id).Select(item => item.Id.ToString("D")).ToArray())
                : Missing(Errors.LibraryNotFound(call.Get(LibraryId)!))),
        new(ItemService, "get", new("GET", "content/library/item/{library_item_id}"), [ItemId], LibraryModels.Item,
            [ErrorType.NotFound],
            call => Guid.TryParseExact(call.Get(ItemId), "D", out var id) && content.Current.Item(id) is { } item
                ? Found(item)
                : Missing(Errors.ItemNotFound(call.Get(ItemId)!))),
    ];

    Library? Library(Call call) =>
        Guid.TryParseExact(call.Get(LibraryId), "D", out var id) ? content.Current.Library(id) : null;

    static ValueTask<Answer> Found(object value) => ValueTask.FromResult(Answer.Of(value));

    static ValueTask<Answer> Missing(VapiError error) => ValueTask.FromResult<Answer>(error);
}
