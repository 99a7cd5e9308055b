using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Sessions.Cli.Frame;
using Sessions.Domain;
using Sessions.Storage;
using Sessions.Storage.Schedule;
using Spectre.Console;

namespace Sessions.Cli.Commands;

/// <summary><c>sessions dead-letters list|retry|drop</c>: messages that failed too often.</summary>
internal static class DeadLettersCommand
{
    const int LimitDefault = 100;

    public static Command Create(Terminal terminal, Settings settings)
    {
        var command = new Verb("dead-letters", "Scheduled messages that failed too often and were given up.")
        {
            Examples =
            [
                ("sessions dead-letters list", "the dead letters, and why they failed"),
                ("sessions dead-letters retry --all", "once the cause is mended"),
            ],
        };
        command.Subcommands.Add(List(terminal, settings));
        command.Subcommands.Add(Change(
            terminal, settings, "retry", "Put messages back on the schedule, due at once. Writes.",
            "is on the schedule", "has no dead letter any more",
            (letters, address, cancellation) => letters.Retry(address, cancellation)));
        command.Subcommands.Add(Change(
            terminal, settings, "drop", "Remove messages whose session is gone or waits for something else. Writes.",
            "dropped", "stays: its session lives and waits for nothing else",
            (letters, address, cancellation) => letters.Drop(address, cancellation)));
        return command;
    }

    static Verb List(Terminal terminal, Settings settings)
    {
        var limit = TypedValue.Limit($"How many messages at most; by default {LimitDefault}.");
        var command = new Verb("list", "List the dead letters, the newest first.")
        {
            Examples = [("sessions dead-letters list --json | jq -r .session", "the ids of the messages' sessions")],
        };
        command.Options.Add(limit);
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var database = Database.OpenReadOnly(await settings.ConnectionString(parsed, cancellation));
            var letters = await new DeadLetters(database).List(parsed.GetValue(limit) ?? LimitDefault, cancellation);
            if (parsed.GetValue(settings.Json))
            {
                foreach (var letter in letters)
                    terminal.WriteJson(ToJson(letter));
            }
            else
            {
                terminal.Write(TableOf(letters));
            }

            return ExitCode.Done;
        });
        return command;
    }

    static Verb Change(
        Terminal terminal, Settings settings, string name, string description, string done, string notDone,
        Func<DeadLetters, SessionAddress, CancellationToken, Task<bool>> change)
    {
        var ids = new Argument<Guid[]>("id")
        {
            Description = "The ids of the messages' sessions.", Arity = ArgumentArity.ZeroOrMore, CustomParser = TypedValue.Ids,
        };
        var all = new Option<bool>("--all") { Description = "All dead letters." };
        var command = new Verb(name, description)
        {
            Examples =
            [
                ($"sessions dead-letters {name} 01a20e3d-e900-7311-9abb-3d2b0e307bec", "one"),
                ($"sessions dead-letters {name} --all", "all"),
            ],
        };
        command.Arguments.Add(ids);
        command.Options.Add(all);
        command.SetAction(async (parsed, cancellation) =>
        {
            var (asked, isAll) = (parsed.GetValue(ids) ?? [], parsed.GetValue(all));
            if (asked.Length == 0 != isAll)
                throw new CommandException(ExitCode.Usage, "Pass either the ids of sessions or --all.");

            await using var database = Database.Open(await settings.ConnectionString(parsed, cancellation));
            var letters = new DeadLetters(database);
            var found = (await letters.List(int.MaxValue, cancellation))
                .Select(letter => letter.Address)
                .Where(address => isAll || asked.Contains(address.Id.Value))
                .ToArray();
            var changed = 0;
            foreach (var address in found)
            {
                var isDone = await change(letters, address, cancellation);
                terminal.WriteLine($"{address.Id} {(isDone ? done : notDone)}");
                changed += isDone ? 1 : 0;
            }

            foreach (var id in asked.Except(found.Select(address => address.Id.Value)))
                terminal.WriteLine($"{id:D} has no dead letter");
            return changed == (isAll ? found.Length : asked.Length) ? ExitCode.Done : ExitCode.No;
        });
        return command;
    }

    static JsonObject ToJson(DeadLetter letter) => new()
    {
        ["session"] = letter.Address.Id.Value,
        ["owner"] = letter.Address.Owner,
        ["kind"] = letter.Kind,
        ["attempts"] = letter.Attempts,
        ["last_error"] = letter.LastError,
        ["died_at"] = letter.DiedAt.UtcDateTime,
    };

    static Table TableOf(IReadOnlyList<DeadLetter> letters)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("session", "owner", "to", "attempts", "given up (UTC)", "why");
        foreach (var letter in letters)
        {
            table.AddRow(
                PlainText.Of(letter.Address.Id.ToString()), PlainText.Of(letter.Address.Owner), PlainText.Of(letter.Kind),
                PlainText.Of(letter.Attempts.ToString(CultureInfo.InvariantCulture)),
                PlainText.Of(letter.DiedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)),
                PlainText.Of(letter.LastError));
        }

        return table;
    }
}
