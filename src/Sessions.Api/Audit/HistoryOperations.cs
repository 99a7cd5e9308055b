using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sessions.Api.Vapi;
using Sessions.Domain;
using Sessions.Projections.Audit;
using Sessions.Projections.History;

namespace Sessions.Api.Audit;

/// <summary>
/// A session's past, under <c>/api/audit/sessions</c>: its events, its state at a moment, and the difference between two.
/// Deleted sessions have one too.
/// </summary>
internal sealed class HistoryOperations(AuditAccess access, AuditQueries audit)
{
    const string Service = "sessions.audit";

    static readonly MessageText NoVersion =
        new("audit_no_such_version", "Session {0} has {1} events: there is no version {2} of it.");

    static readonly MessageText Broken = new(
        "audit_damaged", "The record of session {0} is damaged, and does not tell this: {1}. Its events show what is left.");

    static readonly Parameter<string> Session = new("session", VapiType.Text);
    static readonly Parameter<DateTimeOffset?> At = new("at", VapiType.Time, IsOptional: true);
    static readonly Parameter<long?> Version = new("version", VapiType.Integer, IsOptional: true);
    static readonly Parameter<string> From = new("from", VapiType.Text);
    static readonly Parameter<string> To = new("to", VapiType.Text);

    public IEnumerable<Operation> All =>
    [
        new(Service, "session_events", new("GET", "audit/sessions/{session}/events"),
            [Session, AuditInputs.Limit, AuditInputs.Cursor],
            VapiType.Document, [ErrorType.InvalidArgument, ErrorType.NotFound], AuditInputs.Strict(Events))
        { Summary = "The events of a session, in order, with who caused each of them and by which way." },
        new(Service, "session_state", new("GET", "audit/sessions/{session}/state"), [Session, At, Version],
            VapiType.Document, [ErrorType.InvalidArgument, ErrorType.NotFound], AuditInputs.Strict(State))
        { Summary = "What a session was at a time, or after so many of its events, or is now." },
        new(Service, "session_diff", new("GET", "audit/sessions/{session}/diff"), [Session, From, To],
            VapiType.Document, [ErrorType.InvalidArgument, ErrorType.NotFound], AuditInputs.Strict(Diff))
        { Summary = "What is different between two moments of a session, each a time or a version: as a JSON Patch, and in words." },
    ];

    async ValueTask<Answer> Events(Call call)
    {
        var (limit, wrongLimit) = AuditInputs.LimitOf(call);
        var (after, wrongCursor) = VersionOf(call);
        if ((wrongLimit ?? wrongCursor) is { } error)
            return error;
        if (await access.Find(call, call.Get(Session)!) is not { } address)
            return Errors.NotFoundAt(call.Get(Session)!);

        await access.Record(call);
        // One more than is shown tells whether there is a next page.
        var events = await audit.Streams.ReadAfter(address, after, limit + 1, call.ClientGone);
        var page = new JsonObject
        {
            ["events"] = new JsonArray([.. events.Take(limit).Select(logged => EventEntry.Of(logged).ToJson())]),
        };
        if (events.Count > limit)
            page["next_cursor"] = events[limit - 1].Version.ToString(CultureInfo.InvariantCulture);
        return Shown(page);
    }

    async ValueTask<Answer> State(Call call)
    {
        var (at, version) = (call.Get(At), call.Get(Version));
        if (at is not null && version is not null)
            return AuditInputs.Wrong(call, Version, "moment beside at: one of both says when");
        if (version is < 0 or > int.MaxValue)
            return AuditInputs.Wrong(call, Version, "version");
        if (await access.Find(call, call.Get(Session)!) is not { } address)
            return Errors.NotFoundAt(call.Get(Session)!);

        await access.Record(call);
        var state = new PastState(version is { } number ? new Moment.Version((int)number) : new Moment.Time(at ?? DateTimeOffset.MaxValue));
        await foreach (var logged in audit.Streams.Read(address, call.ClientGone))
            state.Add(logged);
        if (!state.IsReached && state.Newest > 0)
            return NoSuch(address, state, (int)version!);
        if (state.Fault is { } fault)
            return Damaged(address, fault);
        return Shown(new JsonObject { ["version"] = state.Version, ["state"] = SessionState.Of(state.Session).ToJson() });
    }

    async ValueTask<Answer> Diff(Call call)
    {
        if (!Moment.TryParse(call.Get(From), out var from))
            return AuditInputs.Wrong(call, From, "version or time");
        if (!Moment.TryParse(call.Get(To), out var to))
            return AuditInputs.Wrong(call, To, "version or time");
        if (await access.Find(call, call.Get(Session)!) is not { } address)
            return Errors.NotFoundAt(call.Get(Session)!);

        await access.Record(call);
        var (before, after) = (new PastState(from), new PastState(to));
        await foreach (var logged in audit.Streams.Read(address, call.ClientGone))
        {
            before.Add(logged);
            after.Add(logged);
        }

        if (!before.IsReached && before.Newest > 0)
            return NoSuch(address, before, ((Moment.Version)from).Number);
        if (!after.IsReached && after.Newest > 0)
            return NoSuch(address, after, ((Moment.Version)to).Number);
        if ((before.Fault ?? after.Fault) is { } fault)
            return Damaged(address, fault);
        var diff = StateDiff.Between(before.Session, after.Session).ToJson();
        diff["from"] = before.Version;
        diff["to"] = after.Version;
        return Shown(diff);
    }

    /// <summary>The answer where a session's events do not yield its state.</summary>
    public static VapiError Damaged(SessionAddress address, string fault) =>
        new(ErrorType.InternalServerError, Broken.With($"{address.Id}", fault.TrimEnd('.')));

    static VapiError NoSuch(SessionAddress address, PastState state, int version) => new(
        ErrorType.NotFound,
        NoVersion.With(
            $"{address.Id}", state.Newest.ToString(CultureInfo.InvariantCulture), version.ToString(CultureInfo.InvariantCulture)));

    /// <summary>The version after which a page of a session's events begins.</summary>
    static (int Version, VapiError? Error) VersionOf(Call call) =>
        call.Get(AuditInputs.Cursor) is not { } text ? (0, null)
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? (version, null)
        : (0, AuditInputs.Wrong(call, AuditInputs.Cursor, "cursor of an earlier page"));

    static Answer Shown(JsonNode document) => Answer.Of((Action<Utf8JsonWriter>)(json => document.WriteTo(json)));
}
