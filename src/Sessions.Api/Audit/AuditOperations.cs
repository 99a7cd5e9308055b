using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Sessions.Api.Vapi;
using Sessions.Projections.Audit;
using static Sessions.Api.Audit.AuditInputs;

namespace Sessions.Api.Audit;

/// <summary>
/// The queries on the record, under <c>/api/audit</c>. They are not part of the vendor's API, so only the modern dialect
/// has them.
/// </summary>
internal sealed class AuditOperations(
    AuditQueries audit, AuditAccess access, HistoryOperations history, SealOperations seals)
{
    const string Service = "sessions.audit";

    static readonly Parameter<string> OneSession = new("session", VapiType.Text);
    static readonly Parameter<string> OneUser = new("user", VapiType.Text);

    public IEnumerable<Operation> All =>
    [
        new(Service, "events", new("GET", "audit/events"),
            [Owner, Actor, Session, Item, Kind, Reason, Address, Trace, From, To, Order, Limit, Cursor],
            VapiType.Document, [ErrorType.InvalidArgument, ErrorType.Unauthorized], Strict(Events))
        {
            Summary = "Who did what, when, on what, from where and why: a page of the events that fit, or all of them "
                + $"as lines with `Accept: {EventStream.MediaType}`.",
        },
        new(Service, "session", new("GET", "audit/sessions/{session}"), [OneSession],
            VapiType.Document, [ErrorType.InvalidArgument, ErrorType.NotFound], Strict(Life))
        { Summary = "The life of a session in one object, though it be long gone." },
        new(Service, "sessions_at", new("GET", "audit/users/{user}/sessions"), [OneUser, At, Limit, Cursor],
            VapiType.Document, [ErrorType.InvalidArgument, ErrorType.Unauthorized], Strict(SessionsAt))
        { Summary = "The sessions that a user had at some moment, as they were then." },
        new(Service, "activity", new("GET", "audit/activity"), [From, To, Limit],
            VapiType.Document, [ErrorType.InvalidArgument, ErrorType.Unauthorized], Strict(Minutes))
        { Summary = "How much happened in each minute, oldest first." },
        new(Service, "looks", new("GET", "audit/looks"), [User, From, To, Limit, Cursor],
            VapiType.Document, [ErrorType.InvalidArgument, ErrorType.Unauthorized], Strict(Looks))
        { Summary = "Who looked at the record, newest first." },
        .. history.All,
        .. seals.All,
    ];

    async ValueTask<Answer> Events(Call call)
    {
        var (asked, wrongFilter) = FilterOf(call);
        var filter = AuditAccess.Limit(call.Caller, asked);
        var (after, wrongCursor) = CursorOf(call, AuditQueries.QueryOf(filter, OrderOf(call)));
        var (limit, wrongLimit) = LimitOf(call);
        if ((wrongFilter ?? wrongCursor ?? wrongLimit ?? AuditAccess.Refuse(call.Caller, filter.Owner)) is { } error)
            return error;

        await access.Record(call);
        if (!EventStream.IsAskedFor(call.Http.Request))
            return Shown(await audit.Page(filter, OrderOf(call), after, limit, call.ClientGone), AuditJson.Default.AuditPage);
        await EventStream.Send(
            call.Http.Response, audit.Stream(filter, OrderOf(call), after, call.Get(Limit) is null ? null : limit, call.ClientGone),
            call.ClientGone);
        return Answer.Done;
    }

    async ValueTask<Answer> Life(Call call)
    {
        var id = call.Get(OneSession)!;
        if (await access.Find(call, id) is not { } address)
            return Errors.NotFoundAt(id);

        await access.Record(call);
        var told = new ToldLife();
        await foreach (var logged in audit.Streams.Read(address, call.ClientGone))
            told.Add(logged);
        return told.Life is { } life ? Shown(life, AuditJson.Default.SessionLife)
            : HistoryOperations.Damaged(address, told.Fault ?? "the log has no event of it any more");
    }

    async ValueTask<Answer> SessionsAt(Call call)
    {
        var user = call.Get(OneUser)!;
        var (limit, wrongLimit) = LimitOf(call);
        var (after, wrongCursor) = IdOf(call, Cursor, "D", "cursor of an earlier page");
        if ((wrongLimit ?? wrongCursor ?? AuditAccess.Refuse(call.Caller, user)) is { } error)
            return error;

        await access.Record(call);
        return Shown(await audit.SessionsOf(user, call.Get(At), after, limit, call.ClientGone), AuditJson.Default.UserSessions);
    }

    async ValueTask<Answer> Minutes(Call call)
    {
        var (limit, wrong) = LimitOf(call);
        if ((wrong ?? AuditAccess.Refuse(call.Caller, owner: null)) is { } error)
            return error;

        await access.Record(call);
        var (from, to) = (call.Get(From) ?? DateTimeOffset.UnixEpoch, call.Get(To) ?? DateTimeOffset.UnixEpoch.AddYears(1000));
        return Shown(await audit.Minutes(from, to, limit, call.ClientGone), AuditJson.Default.ActivityPage);
    }

    async ValueTask<Answer> Looks(Call call)
    {
        var (user, from, to) = (call.Get(User), call.Get(From), call.Get(To));
        var (after, wrongCursor) = CursorOf(call, AuditLooks.QueryOf(user, from, to));
        var (limit, wrongLimit) = LimitOf(call);
        if ((wrongCursor ?? wrongLimit ?? AuditAccess.Refuse(call.Caller, owner: null)) is { } error)
            return error;

        await access.Record(call);
        var page = await audit.Looks(user, from, to, after, limit, call.ClientGone);
        return Shown(page, AuditJson.Default.AuditLooksPage);
    }

    static Answer Shown<T>(T value, JsonTypeInfo<T> type) =>
        Answer.Of((Action<Utf8JsonWriter>)(json => JsonSerializer.Serialize(json, value, type)));
}
