using Sessions.Api.Downloads;
using Sessions.Api.Vapi.Models;
using Sessions.Domain;
using Sessions.Storage;

namespace Sessions.Api.Vapi.Operations;

/// <summary>The operations on the files of a download session.</summary>
internal sealed class FileOperations(CalledSessions sessions, SessionFiles files, FileEndpoints endpoints)
{
    const string Service = "com.vmware.content.library.item.downloadsession.file";
    const string Path = "content/library/item/download-session/{download_session_id}/file";

    static readonly Parameter<string> Id = CalledSessions.Id;
    static readonly Parameter<string> FileName = new("file_name", VapiType.Text);
    static readonly Parameter<string> EndpointType =
        new("endpoint_type", FileModel.EndpointTypes, IsOptional: true);

    public IEnumerable<Operation> All =>
    [
        new(Service, "list", new("GET", Path), [Id], VapiType.ListOf(FileModel.Shape), [ErrorType.NotFound], List)
        { Summary = "The files of a session, and how far each is." },
        new(Service, "get", new("GET", Path) { Selector = FileName.Name }, [Id, FileName], FileModel.Shape,
            [ErrorType.InvalidArgument, ErrorType.NotFound], Get)
        { Summary = "A file of a session, by its name." },
        new(Service, "prepare", new("POST", Path, "prepare"), [Id, FileName, EndpointType], FileModel.Shape,
            [
                ErrorType.InvalidArgument, ErrorType.NotAllowedInCurrentState, ErrorType.NotFound,
                ErrorType.Unauthorized,
            ],
            Prepare)
        { Summary = "Asks for a file: it is read, and then has a link." },
    ];

    async ValueTask<Answer> List(Call call)
    {
        var (session, error) = await sessions.Load(call);
        if (session is null)
            return error!;

        var all = await files.All(session.Address.Id, session.State);
        await Renew(call, all);
        return Answer.Of(Array.ConvertAll(all, file => Model(call, session, file)));
    }

    async ValueTask<Answer> Get(Call call)
    {
        var (session, error) = await sessions.Load(call);
        if (session is null)
            return error!;
        if (session.State.Origin.Item.File(call.Get(FileName)!) is not { } pinned)
            return Errors.Of(Refusal.UnknownFile, session.Address.Id, session.State, toOwner: true);

        var file = await files.One(session.Address.Id, session.State, pinned, isAskedAnew: false, call.ClientGone);
        await Renew(call, file);
        return Answer.Of(Model(call, session, file));
    }

    async ValueTask<Answer> Prepare(Call call)
    {
        var name = call.Get(FileName)!;
        var (session, error) = await sessions.Submit(
            call, new SessionCommand.PrepareFile(name, FileModel.EndpointOf(call.Get(EndpointType))));
        if (session is null)
            return error!;

        try
        {
            var pinned = session.State.Origin.Item.File(name)!;
            var file = await files.One(session.Address.Id, session.State, pinned, isAskedAnew: true, call.ClientGone);
            return Answer.Of(Model(call, session, file));
        }
        catch (StoreUnavailableException away)
        {
            // The command is recorded by now, so the client must not be told that nothing was changed.
            throw new StoreUnavailableException(away.Message, outcomeUnknown: true, away);
        }
    }

    /// <summary>
    /// A client that looks at a file in preparation is waiting for it, and its session must not expire meanwhile. Few of
    /// many such looks are recorded. The client gets what was seen even if the session has just ended.
    /// </summary>
    async ValueTask Renew(Call call, params SessionFile[] seen)
    {
        if (Array.Exists(seen, file => file.Run is not null))
            await sessions.Submit(call, new SessionCommand.Touch());
    }

    FileModel Model(Call call, CalledSession session, SessionFile file) =>
        new(file, endpoints.Of(call.Http, session, file));
}
