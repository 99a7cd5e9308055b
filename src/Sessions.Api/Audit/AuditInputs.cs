using Sessions.Api.Vapi;
using Sessions.Domain;
using Sessions.Projections.Audit;
using Sessions.Storage.Log;

namespace Sessions.Api.Audit;

/// <summary>The inputs of queries on the record, and how a request writes them.</summary>
internal static class AuditInputs
{
    const int LimitDefault = 100;

    public static readonly Parameter<string> Owner = new("owner", VapiType.Text, IsOptional: true);
    public static readonly Parameter<string> Actor = new("actor", VapiType.Text, IsOptional: true);
    public static readonly Parameter<string> Session = new("session", VapiType.Text, IsOptional: true);
    public static readonly Parameter<string> Item = new("item", VapiType.Text, IsOptional: true);
    public static readonly Parameter<string> Kind = new(
        "type", VapiType.OneOf([.. EventJson.Types.Values.Select(type => type.Name).Order(StringComparer.Ordinal)]), IsOptional: true);
    public static readonly Parameter<string> Reason = new(
        "reason", VapiType.OneOf([.. NumberedEvent.Reasons]), IsOptional: true);
    public static readonly Parameter<string> Address = new("address", VapiType.Text, IsOptional: true);
    public static readonly Parameter<string> Trace = new("trace", VapiType.Text, IsOptional: true);
    public static readonly Parameter<DateTimeOffset?> From = new("from", VapiType.Time, IsOptional: true);
    public static readonly Parameter<DateTimeOffset?> To = new("to", VapiType.Time, IsOptional: true);
    public static readonly Parameter<string> Order = new("order", VapiType.OneOf("newest", "oldest"), IsOptional: true);
    public static readonly Parameter<long?> Limit = new("limit", VapiType.Integer, IsOptional: true);
    public static readonly Parameter<string> Cursor = new("cursor", VapiType.Text, IsOptional: true);
    public static readonly Parameter<string> User = new("user", VapiType.Text, IsOptional: true);
    public static readonly Parameter<DateTimeOffset> At = new("at", VapiType.Time);

    /// <summary>Which events a call asks for, or what is wrong with it.</summary>
    public static (AuditFilter Filter, VapiError? Error) FilterOf(Call call)
    {
        var (session, noSession) = IdOf(call, Session, "D", "UUID");
        var (item, noItem) = IdOf(call, Item, "D", "UUID");
        var (trace, noTrace) = IdOf(call, Trace, "N", "trace id of 32 hexadecimal digits");
        var (address, noAddress) = AddressOf(call);
        var filter = new AuditFilter(
            call.Get(Owner), call.Get(Actor), session, item, call.Get(Kind), call.Get(Reason), address, trace,
            call.Get(From), call.Get(To));
        return (filter, noSession ?? noItem ?? noAddress ?? noTrace);
    }

    /// <summary>How many entries a page may have, or what is wrong with the input.</summary>
    public static (int Limit, VapiError? Error) LimitOf(Call call) => call.Get(Limit) switch
    {
        null => (LimitDefault, null),
        >= 1 and <= AuditQueries.PageMax and var limit => ((int)limit, null),
        _ => (0, Wrong(call, Limit, $"number from 1 to {AuditQueries.PageMax}")),
    };

    /// <summary>Where a page begins, or what is wrong with the cursor.</summary>
    /// <param name="call">The call that asks for the page.</param>
    /// <param name="query">The query that the cursor must belong to: <see cref="AuditCursor.QueryOf"/>.</param>
    public static (AuditCursor? Cursor, VapiError? Error) CursorOf(Call call, int query) =>
        call.Get(Cursor) is not { } text ? (null, null)
        : AuditCursor.TryParse(text, out var cursor) && cursor.Query == query ? (cursor, null)
        : (null, Wrong(call, Cursor, "cursor of an earlier page of the same query"));

    /// <summary>Which end comes first: the newest events unless the call says otherwise.</summary>
    public static AuditOrder OrderOf(Call call) => call.Get(Order) == "oldest" ? AuditOrder.Oldest : AuditOrder.Newest;

    /// <summary>
    /// The error for an input that the operation does not have, that is empty, or that is there twice; else null. A
    /// misspelt or empty filter would otherwise be ignored, and the caller would take all events for the ones asked for.
    /// </summary>
    public static VapiError? FindVague(Call call)
    {
        var known = call.Operation.Parameters.Select(parameter => parameter.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var (name, values) in call.Http.Request.Query)
        {
            if (!known.Contains(name))
                return Errors.WrongArgument(call.Operation.FullName, name, string.Join(" or ", known));
            if (values is not [{ Length: > 0 }])
                return Errors.WrongArgument(call.Operation.FullName, name, "single value that is not empty");
        }

        return null;
    }

    /// <summary>An operation that takes its own inputs and no others, each once.</summary>
    public static Func<Call, ValueTask<Answer>> Strict(Func<Call, ValueTask<Answer>> answer) =>
        async call => FindVague(call) is { } error ? error : await answer(call);

    public static VapiError Wrong(Call call, Parameter parameter, string expected) =>
        Errors.WrongArgument(call.Operation.FullName, parameter.Name, expected);

    public static (Guid? Id, VapiError? Error) IdOf(Call call, Parameter<string> parameter, string format, string expected) =>
        call.Get(parameter) is not { } text ? (null, null)
        : UsualUuid.TryParse(text, format, out var id) ? (id, null)
        : (null, Wrong(call, parameter, expected));

    static (string? Address, VapiError? Error) AddressOf(Call call) =>
        call.Get(Address) is not { } text ? (null, null)
        : NetworkAddress.TryRead(text, out var address) ? (address, null)
        : (null, Wrong(call, Address, "network address"));
}
