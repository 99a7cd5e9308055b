using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sessions.Projections.Audit;
using Sessions.Projections.History;
using Spectre.Console;

namespace Sessions.Cli.Frame;

/// <summary>Events of the audit trail as people and programs read them.</summary>
internal static class AuditLines
{
    /// <summary>The JSON that the server returns.</summary>
    public static JsonNode JsonOf(AuditEvent one) => JsonSerializer.SerializeToNode(one, AuditJson.Default.AuditEvent)!;

    /// <summary>A table with a row for each event.</summary>
    public static Table TableOf(IEnumerable<AuditEvent> events)
    {
        var table = new Table().Border(TableBorder.Simple)
            .AddColumns("#", "when (UTC)", "who", "from", "what", "why", "whose session");
        foreach (var one in events)
            table.AddRow([.. Columns(one).Select(text => PlainText.Of(text))]);
        return table;
    }

    /// <summary>An event as a line of text, for events that come one by one.</summary>
    public static string LineOf(AuditEvent one)
    {
        var line = new StringBuilder();
        foreach (var column in Columns(one).Where(column => column.Length > 0))
            line.Append(line.Length > 0 ? "  " : "").Append(column);
        return line.ToString();
    }

    static string[] Columns(AuditEvent one) =>
    [
        one.Number.ToString(CultureInfo.InvariantCulture),
        StateWords.Time(one.At),
        one.Actor ?? (one.Fault is null ? "the system" : ""),
        one.Address ?? "",
        one.Type,
        one.Fault ?? one.Reason ?? "",
        $"{one.Owner} {one.Session}",
    ];
}
