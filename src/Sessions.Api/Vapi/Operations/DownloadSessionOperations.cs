using Sessions.Api.Vapi.Models;
using Sessions.Content;
using Sessions.Domain;
using Sessions.Projections;
using Sessions.Storage.Commands;
using static Sessions.Domain.SessionCommand;

namespace Sessions.Api.Vapi.Operations;

/// <summary>The operations on download sessions.</summary>
internal sealed class DownloadSessionOperations(
    GroupCommit commands, CalledSessions sessions, SessionList list, ContentLibrary content)
{
    const string Service = "com.vmware.content.library.item.download_session";
    const string Path = "content/library/item/download-session";
    const string OnePath = Path + "/{download_session_id}";

    static readonly Parameter<string> Id = CalledSessions.Id;
    static readonly Parameter<string> ItemId = new("library_item_id", VapiType.Text, IsOptional: true);
    static readonly Parameter<string> ClientToken =
        new("client_token", VapiType.Text, IsOptional: true) { Header = "Client-Token" };
    static readonly Parameter<StructureValue> CreateSpec = new("create_spec", DownloadSessionModel.CreateSpec);
    static readonly Parameter<long?> Progress = new("progress", VapiType.Integer, IsOptional: true);
    static readonly Parameter<string> ClientErrorMessage =
        new("client_error_message", VapiType.Text, IsOptional: true);

    public IEnumerable<Operation> All =>
    [
        new(Service, "create", new("POST", Path, Status: 201), [ClientToken, CreateSpec], VapiType.Text,
            [ErrorType.InvalidArgument, ErrorType.NotFound, ErrorType.UnableToAllocateResource], Create)
        { Summary = "Creates a session on an item. With a client token, once." },
        new(Service, "get", new("GET", OnePath), [Id], DownloadSessionModel.Shape,
            [ErrorType.NotFound], Get)
        { Summary = "A session of the caller." },
        new(Service, "list", new("GET", Path), [ItemId], VapiType.ListOf(VapiType.Text),
            [ErrorType.NotFound], List)
        { Summary = "The ids of the caller's sessions, of all items or of one." },
        new(Service, "keep_alive", new("POST", OnePath, "keep-alive", 204), [Id, Progress], VapiType.Nothing,
            [ErrorType.InvalidArgument, ErrorType.NotAllowedInCurrentState, ErrorType.NotFound],
            call => Carry(call, new KeepAlive(call.Get(Progress))))
        { Summary = "Moves the expiration time on, and says how far the download is, from 0 to 100." },
        new(Service, "cancel", new("POST", OnePath, "cancel", 204), [Id], VapiType.Nothing,
            [ErrorType.NotAllowedInCurrentState, ErrorType.NotFound],
            call => Carry(call, new Cancel()))
        { Summary = "Ends a session: its links are dead, its record stays for a while." },
        // A well-known client sends no message; its session fails with an empty one.
        new(Service, "fail", new("POST", OnePath, "fail", 204), [Id, ClientErrorMessage], VapiType.Nothing,
            [ErrorType.InvalidArgument, ErrorType.NotAllowedInCurrentState, ErrorType.NotFound],
            call => Carry(call, new Fail(call.Get(ClientErrorMessage) ?? "")))
        { Summary = "Ends a session with an error that the client tells." },
        new(Service, "delete", new("DELETE", OnePath, Status: 204), [Id], VapiType.Nothing,
            [ErrorType.NotFound],
            call => Carry(call, new Delete()))
        { Summary = "Removes a session." },
    ];

    async ValueTask<Answer> Create(Call call)
    {
        var itemId = (string)call.Get(CreateSpec)!["library_item_id"]!;
        Guid? token = null;
        if (call.Get(ClientToken) is { } given)
        {
            if (!UsualUuid.TryParse(given, out var parsed))
                return Errors.InvalidClientToken();
            token = parsed;
        }

        // If the item is gone, only a client token can lead to a session.
        var item = ItemOf(itemId);
        if (!UsualUuid.TryParse(itemId, out var id) || (item is null && token is null))
            return Errors.ItemNotFound(itemId);

        var address = new SessionAddress(new SessionId(Guid.CreateVersion7()), call.Caller.Name);
        var outcome = await commands.Submit(
            address, new Create(id, item?.Pin(), token), sessions.ProvenanceOf(call), call.ClientGone);
        return outcome.Decision switch
        {
            Decision.Refused { Reason: Refusal.UnknownItem } => Errors.ItemNotFound(itemId),
            Decision.Refused { Reason: var reason } => Errors.Of(reason, outcome.Address.Id, outcome.Session, toOwner: true),
            _ => Answer.Of(outcome.Address.Id.ToString()),
        };
    }

    async ValueTask<Answer> Get(Call call)
    {
        var (session, error) = await sessions.Load(call);
        return session is null ? error! : Answer.Of(DownloadSessionModel.Of(session.Address.Id, session.State));
    }

    async ValueTask<Answer> List(Call call)
    {
        Guid? filter = null;
        if (call.Get(ItemId) is { } itemId)
        {
            if (ItemOf(itemId) is not { } item)
                return Errors.ItemNotFound(itemId);
            filter = item.Id;
        }

        return Answer.Of(await list.Of(call.Caller.Name, filter));
    }

    /// <summary>A command that answers nothing when it is accepted.</summary>
    async ValueTask<Answer> Carry(Call call, SessionCommand command)
    {
        var (_, error) = await sessions.Submit(call, command);
        return error is null ? Answer.Done : error;
    }

    Item? ItemOf(string id) => content.Current.Item(id);
}
