using Sessions.Api.Vapi.Models;
using Sessions.Content;
using Sessions.Domain;
using Sessions.Projections;
using Sessions.Storage;
using static Sessions.Domain.SessionCommand;

namespace Sessions.Api.Vapi.Operations;

/// <summary>The operations on download sessions.</summary>
internal sealed class DownloadSessionOperations(
    GroupCommit commands, EventStore store, SessionList list, ContentLibrary content, NodeName node)
{
    const string Service = "com.vmware.content.library.item.download_session";
    const string Path = "content/library/item/download-session";
    const string OnePath = Path + "/{download_session_id}";

    static readonly Parameter<string> Id = new("download_session_id", VapiType.Text);
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
            [ErrorType.InvalidArgument, ErrorType.NotFound], Create)
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
        // A well-known client sends no message at all; its session fails without words.
        new(Service, "fail", new("POST", OnePath, "fail", 204), [Id, ClientErrorMessage], VapiType.Nothing,
            [ErrorType.NotAllowedInCurrentState, ErrorType.NotFound],
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
            if (!Guid.TryParseExact(given, "D", out var parsed))
                return Errors.InvalidClientToken();
            token = parsed;
        }

        if (ItemOf(itemId) is not { } item)
            return Errors.ItemNotFound(itemId);

        var address = new SessionAddress(new SessionId(Guid.CreateVersion7()), call.Caller.Name);
        var outcome = await commands.Submit(
            address, new Create(item.Pin(), token), ProvenanceOf(call), call.Cancellation);
        return outcome.Decision is Decision.Refused refused
            ? Errors.Of(refused.Reason, outcome.Address.Id, outcome.Session, toOwner: true)
            : Answer.Of(outcome.Address.Id.ToString());
    }

    async ValueTask<Answer> Get(Call call)
    {
        if (await AddressOf(call) is not { } address)
            return Errors.NotFoundAt(call.Get(Id)!);

        var loaded = await store.Load(address, call.Cancellation);
        var session = loaded.Session;
        if (session is Session.Active { Lease.ExpiresAt: var end } && end <= loaded.ReadAt)
        {
            // The lease has run out and the schedule has not come by yet. Once somebody was told so
            // it must stay so, whoever renews at this moment: the expiry is recorded first.
            var outcome = await commands.Submit(address, new Expire(), ProvenanceOf(call), call.Cancellation);
            session = outcome.Session;
        }

        return session is Session.Living living
            ? Answer.Of(DownloadSessionModel.Of(address.Id, living))
            : Errors.Of(Refusal.NotFound, address.Id, session, IsOwner(call, address));
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

        var sessions = await list.Of(call.Caller.Name, filter, call.Cancellation);
        return Answer.Of(sessions);
    }

    /// <summary>A command that answers nothing when it is accepted.</summary>
    async ValueTask<Answer> Carry(Call call, SessionCommand command)
    {
        if (await AddressOf(call) is not { } address)
            return Errors.NotFoundAt(call.Get(Id)!);

        var outcome = await commands.Submit(address, command, ProvenanceOf(call), call.Cancellation);
        return outcome.Decision is Decision.Refused refused
            ? Errors.Of(refused.Reason, address.Id, outcome.Session, IsOwner(call, address))
            : Answer.Done;
    }

    /// <summary>
    /// The session that the caller names: among his own, or for an administrator among all. Null when
    /// the id is none.
    /// </summary>
    async ValueTask<SessionAddress?> AddressOf(Call call)
    {
        if (!SessionId.TryParse(call.Get(Id), out var id))
            return null;
        var owner = call.Caller.IsAdministrator ? await store.FindOwner(id, call.Cancellation) : null;
        return new SessionAddress(id, owner ?? call.Caller.Name);
    }

    Item? ItemOf(string id) => content.Current.Item(id);

    static bool IsOwner(Call call, SessionAddress address) => address.Owner == call.Caller.Name;

    Provenance ProvenanceOf(Call call) => call.Caller.ProvenanceOf(call, node.Value);
}
