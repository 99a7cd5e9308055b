using Sessions.Content;

namespace Sessions.Api.Vapi.Operations;

/// <summary>
/// The operations on update sessions, of which there are none: the library is changed on its disk. Clients that list all
/// sessions list these too, and give up if that has no answer. Clients that remove a session first check whether it is one
/// of these.
/// </summary>
internal sealed class UpdateSessionOperations(ContentLibrary content)
{
    const string Service = "com.vmware.content.library.item.update_session";
    const string Path = "content/library/item/update-session";

    static readonly VapiType Model = new VapiType.Structure(Service + "_model", []);

    static readonly Parameter<string> Id = new("update_session_id", VapiType.Text);
    static readonly Parameter<string> ItemId = new("library_item_id", VapiType.Text, IsOptional: true);

    public IEnumerable<Operation> All =>
    [
        new(Service, "list", new("GET", Path), [ItemId], VapiType.ListOf(VapiType.Text),
            [ErrorType.NotFound], call => List(call))
        { Summary = "The ids of the caller's update sessions: there are none." },
        new(Service, "get", new("GET", Path + "/{update_session_id}"), [Id], Model,
            [ErrorType.NotFound], call => (Answer)Errors.UpdateSessionNotFound(call.Get(Id)!))
        { Summary = "An update session: there is none." },
    ];

    Answer List(Call call) =>
        call.Get(ItemId) is { } itemId && content.Current.Item(itemId) is null
            ? Errors.ItemNotFound(itemId)
            : Answer.Of(Array.Empty<string>());
}
