using System.CommandLine;
using System.CommandLine.Parsing;
using Sessions.Domain;
using Sessions.Projections.Audit;
using Sessions.Storage.Log;

namespace Sessions.Cli.Frame;

/// <summary>The filters of the audit trail as options: the same words as the server's.</summary>
internal sealed class AuditOptions
{
    readonly Option<string?> owner = new("--owner") { Description = "Whose sessions." };
    readonly Option<string?> actor = new("--actor") { Description = "Who did it." };
    readonly Option<Guid?> session = TypedValue.Id("--session", "Which session.");
    readonly Option<Guid?> item = TypedValue.Id("--item", "Which library item.");
    readonly Option<string?> type = new("--type") { Description = "What happened, as session_created." };
    readonly Option<string?> reason = new("--reason") { Description = "Why." };
    readonly Option<string?> address = new("--address") { Description = "From which network address.", CustomParser = ParseAddress };
    readonly Option<Guid?> trace = new("--trace") { Description = "In which trace: 32 hexadecimal digits.", CustomParser = ParseTrace };
    readonly Option<DateTimeOffset?> from = MomentArgument.Time("--from", "Not before this time.");
    readonly Option<DateTimeOffset?> to = MomentArgument.Time("--to", "Before this time.");

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
        result.AddError($"'{result.Tokens[^1].Value}' is no network address.");
        return null;
    }

    static Guid? ParseTrace(ArgumentResult result)
    {
        if (UsualUuid.TryParse(result.Tokens[^1].Value, "N", out var id))
            return id;
        result.AddError($"'{result.Tokens[^1].Value}' is no trace id of 32 hexadecimal digits.");
        return null;
    }
}
