using System.CommandLine;
using System.CommandLine.Parsing;
using Sessions.Domain;
using Sessions.Projections.Audit;
using Sessions.Storage.Log;

namespace Sessions.Cli.Frame;

/// <summary>The filters of the audit trail as options: the same words as the server's.</summary>
internal sealed class AuditOptions
{
    readonly Option<string?> owner = new("--owner") { Description = "Only events of this user's sessions." };
    readonly Option<string?> actor = new("--actor") { Description = "Only events that this user caused." };
    readonly Option<Guid?> session = TypedValue.Id("--session", "Only events of this session.");
    readonly Option<Guid?> item = TypedValue.Id("--item", "Only events of sessions on this library item.");
    readonly Option<string?> type = new("--type") { Description = "Only events of this type." };
    readonly Option<string?> reason = new("--reason") { Description = "Only expiries or removals for this reason." };
    readonly Option<string?> address = new("--address")
    {
        Description = "Only events caused from this network address.", CustomParser = ParseAddress,
    };

    readonly Option<Guid?> trace = new("--trace")
    {
        Description = "Only events of this trace: 32 hexadecimal digits.", CustomParser = ParseTrace,
    };

    readonly Option<DateTimeOffset?> from = MomentArgument.Time("--from", "Only events at or after this time; without a zone it is UTC.");
    readonly Option<DateTimeOffset?> to = MomentArgument.Time("--to", "Only events before this time.");

    public AuditOptions()
    {
        type.AcceptOnlyFromAmong([.. EventJson.Types.Values.Select(known => known.Name).Order(StringComparer.Ordinal)]);
        reason.AcceptOnlyFromAmong([.. NumberedEvent.Reasons]);
    }

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { owner, actor, session, item, type, reason, address, trace, from, to })
            command.Options.Add(option);
    }

    public AuditFilter FilterOf(ParseResult parsed) => new(
        parsed.GetValue(owner), parsed.GetValue(actor), parsed.GetValue(session), parsed.GetValue(item), parsed.GetValue(type),
        parsed.GetValue(reason), parsed.GetValue(address), parsed.GetValue(trace), parsed.GetValue(from), parsed.GetValue(to));

    static string? ParseAddress(ArgumentResult result)
    {
        if (NetworkAddress.TryRead(result.Tokens[^1].Value, out var address))
            return address;
        result.AddError($"'{result.Tokens[^1].Value}' is not a network address.");
        return null;
    }

    static Guid? ParseTrace(ArgumentResult result)
    {
        if (UsualUuid.TryParse(result.Tokens[^1].Value, "N", out var id))
            return id;
        result.AddError($"'{result.Tokens[^1].Value}' is not a trace id: write its 32 hexadecimal digits.");
        return null;
    }
}
