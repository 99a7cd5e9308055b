using Sessions.Domain;
using Sessions.Storage.Commands;
using Sessions.Storage.Log;
using Sessions.Storage.Streams;

namespace Sessions.Api.Vapi.Operations;

/// <summary>A session that a call names, as it is now.</summary>
internal sealed record CalledSession(SessionAddress Address, Session.Living State);

/// <summary>
/// The sessions that calls name: each caller's own, or for an administrator those of all users. For any other caller a
/// session does not exist.
/// </summary>
internal sealed class CalledSessions(GroupCommit commands, EventStore store, NodeName node)
{
    /// <summary>The input that names the session, in every operation on one.</summary>
    public static readonly Parameter<string> Id = new("download_session_id", VapiType.Text);

    /// <summary>The session, or why there is none for this caller.</summary>
    public async ValueTask<(CalledSession? Session, VapiError? Error)> Load(Call call)
    {
        if (await AddressOf(call) is not { } address)
            return (null, Errors.NotFoundAt(call.Get(Id)!));

        var loaded = await store.Load(address);
        var session = loaded.Session;
        if (session is Session.Active && loaded.Running is null)
        {
            // The lease has run out, and the schedule has not expired the session yet. Record the expiry before the client
            // is told of it: otherwise a renewal under way at this moment could still revive the session.
            var outcome = await commands.Submit(
                address, new SessionCommand.Expire(), ProvenanceOf(call), call.ClientGone);
            session = outcome.Session;
        }

        return session is Session.Living living
            ? (new CalledSession(address, living), null)
            : (null, Errors.Of(Refusal.NotFound, address.Id, session, IsOwner(call, address)));
    }

    /// <summary>Carries out a command on the session. If the command removes the session, both results are null.</summary>
    public async ValueTask<(CalledSession? Session, VapiError? Error)> Submit(Call call, SessionCommand command)
    {
        if (await AddressOf(call) is not { } address)
            return (null, Errors.NotFoundAt(call.Get(Id)!));

        var outcome = await commands.Submit(address, command, ProvenanceOf(call), call.ClientGone);
        return outcome.Decision is Decision.Refused refused
            ? (null, Errors.Of(refused.Reason, address.Id, outcome.Session, IsOwner(call, address)))
            : (outcome.Session is Session.Living living ? new CalledSession(address, living) : null, null);
    }

    /// <summary>Who calls, and how, for the record.</summary>
    public Provenance ProvenanceOf(Call call) => call.Caller.ProvenanceOf(call, node.Value);

    /// <summary>The address of the named session; null if the id is not valid.</summary>
    async ValueTask<SessionAddress?> AddressOf(Call call)
    {
        if (!SessionId.TryParse(call.Get(Id), out var id))
            return null;
        var owner = call.Caller.IsAdministrator ? await store.FindOwner(id) : null;
        return new SessionAddress(id, owner ?? call.Caller.Name);
    }

    static bool IsOwner(Call call, SessionAddress address) => address.Owner == call.Caller.Name;
}
