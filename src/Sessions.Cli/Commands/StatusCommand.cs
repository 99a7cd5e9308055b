using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Sessions.Cli.Frame;
using Sessions.Projections.Exports;
using Sessions.Projections.Status;
using Sessions.Storage;
using Spectre.Console;

namespace Sessions.Cli.Commands;

/// <summary><c>sessions status</c>: the state of the store, and what needs attention.</summary>
internal static class StatusCommand
{
    public static Command Create(Terminal terminal, Settings settings)
    {
        var command = new Verb("status", "Show the state of the store: nodes, log, followers, dead letters, drift, seals, schema.")
        {
            Examples =
            [
                ("sessions status", "ends with 1 if anything needs attention"),
                ("sessions status --json | jq -c .seal > head.json", "keeps the newest seal for 'sessions verify --head'"),
            ],
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var database = Database.OpenReadOnly(await settings.ConnectionString(parsed, cancellation));
            var status = await StoreStatus.Look(database, settings.Seals(), cancellation);
            if (parsed.GetValue(settings.Json))
                terminal.WriteJson(ToJson(status));
            else
                terminal.Write(TableOf(status));
            return status.IsWhole ? ExitCode.Done : ExitCode.No;
        });
        return command;
    }

    /// <summary>If migrations are missing, only these are shown: the rest could be read only in part.</summary>
    static JsonObject ToJson(StoreStatus status) => status.MissingMigrations.Count > 0 ? Incomplete(status) : new()
    {
        ["status"] = status.IsWhole ? "whole" : "degraded",
        ["missing_migrations"] = new JsonArray(),
        ["nodes"] = new JsonArray([.. status.Nodes.Select(node => new JsonObject { ["name"] = node.Name, ["connections"] = node.Connections })]),
        ["log_head"] = status.LogHead is { } head ? SealJson.ToJson(head) : null,
        ["followers"] = new JsonArray(
        [
            .. status.Followers.Select(lag => new JsonObject
            {
                ["name"] = lag.Follower, ["events_behind"] = lag.EventsBehind, ["seconds_behind"] = Math.Round(lag.Behind.TotalSeconds, 3),
                ["astray"] = lag.IsAstray ? true : null,
            }),
        ]),
        ["log_stalled_by"] = new JsonArray(
        [
            .. status.Blockers.Select(blocker => new JsonObject
            {
                ["pid"] = blocker.ProcessId, ["application"] = blocker.Application, ["open_for_seconds"] = (long)blocker.Age.TotalSeconds,
            }),
        ]),
        ["dead_letters"] = status.DeadLetters,
        ["drift"] = status.Drift is not { } drift ? null : new JsonObject
        {
            ["findings"] = drift.Findings,
            ["checked_at"] = drift.CheckedAt?.UtcDateTime,
            ["rounds"] = drift.Rounds,
            ["sessions"] = drift.Sessions,
            ["oldest"] = new JsonArray([.. drift.Oldest.Select(finding => JsonValue.Create(finding.Says))]),
        },
        ["seal"] = status.Seal is { } seal ? new JsonObject { ["number"] = seal.Number, ["hash"] = seal.Hash } : null,
        ["sealed_at"] = status.SealedAt?.UtcDateTime,
    };

    static JsonObject Incomplete(StoreStatus status) => new()
    {
        ["status"] = "degraded",
        ["missing_migrations"] = new JsonArray([.. status.MissingMigrations.Select(name => JsonValue.Create(name))]),
    };

    static Table TableOf(StoreStatus status)
    {
        var table = new Table().Border(TableBorder.None).HideHeaders().AddColumns("", "");
        if (status.MissingMigrations.Count > 0)
        {
            Row("schema", "incomplete, missing: " + string.Join(", ", status.MissingMigrations));
            Row("", "Run 'sessions migrate' to see the rest.");
            return table;
        }

        Row("schema", "up to date");
        foreach (var node in status.Nodes)
            Row("node", $"{node.Name}, {node.Connections} connections");
        Row("log", status.LogHead is { } head ? $"up to event {head.Number} of transaction {head.Transaction}" : "empty");
        foreach (var blocker in status.Blockers)
            Row("stalled by", $"{blocker.Application} (pid {blocker.ProcessId}), open for {blocker.Age.TotalSeconds:N0} s");
        foreach (var lag in status.Followers)
        {
            Row("follower", $"{lag.Follower}: {lag.EventsBehind:N0} events, {lag.Behind.TotalSeconds:N1} s behind"
                + (lag.IsAstray ? $"; its checkpoint lies at {lag.Reached.Position}, where the log has no event" : ""));
        }

        Row("seals", status.Seal is { } seal ? $"{seal.Number}, the newest of {Time(status.SealedAt)}: {seal.Hash}" : "none");
        Row("dead letters", status.DeadLetters.ToString(CultureInfo.InvariantCulture));
        if (status.Drift is { } drift)
            Row("drift", $"{drift.Findings} differences; {drift.Sessions:N0} sessions replayed in {drift.Rounds} rounds, last at {Time(drift.CheckedAt)}");
        foreach (var finding in status.Drift?.Oldest ?? [])
            Row("", finding.Says);
        return table;

        void Row(string name, string says) => table.AddRow(PlainText.Of(name), PlainText.Of(says));
    }

    static string Time(DateTimeOffset? time) =>
        time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "never";
}
