using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Sessions.Cli.Frame;
using Sessions.Projections.Exports;
using Sessions.Projections.Seals;
using Sessions.Projections.Verification;
using Sessions.Storage;

namespace Sessions.Cli.Commands;

/// <summary><c>sessions verify [FILE]</c>: whether the record, or an exported file of it, is whole.</summary>
internal static class VerifyCommand
{
    /// <summary>How many differences are shown one by one, unless as JSON.</summary>
    const int ToldMax = 100;

    static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    public static Command Create(Terminal terminal, Settings settings)
    {
        var file = new Argument<FileInfo>("file")
        {
            Description = "An exported file; without one, the database is verified.", Arity = ArgumentArity.ZeroOrOne,
        };
        file.AcceptExistingOnly();
        var key = DatabaseSettings.FileOption("--public-key", "The public key, in PEM, that seals must be signed with. Get it from the server, not from the database.");
        var head = DatabaseSettings.FileOption("--head", "A seal that you kept, or a file that you exported: the record must still have it.");
        var command = new Verb(
            "verify",
            "Prove that the record is whole: compare the log with its seals, and what is stored of each session with a replay.")
        {
            Examples =
            [
                ("sessions verify", "the database, as it is at this moment, while servers run"),
                ("sessions verify --public-key key.pem --head last-month.ndjson", "also that nobody has rewritten it since"),
                ("sessions verify last-month.ndjson", "a file, without any database"),
            ],
        };
        command.Arguments.Add(file);
        command.Options.Add(key);
        command.Options.Add(head);
        command.SetAction(async (parsed, cancellation) =>
        {
            var told = new Told(terminal, parsed.GetValue(settings.Json));
            using var keys = parsed.GetValue(key) is { } pem ? ReadKeys(pem) : null;
            var kept = parsed.GetValue(head) is { } known ? await ReadHead(known, cancellation) : null;
            if (parsed.GetValue(file) is { } exported)
                await VerifyFile(exported, keys, kept, told, cancellation);
            else
                await VerifyDatabase(await settings.ConnectionString(parsed, cancellation), keys, kept, told);
            return told.Finish();

            async Task VerifyDatabase(string connectionString, PublicKeys? keys, SealHead? kept, Told told)
            {
                await using var database = Database.OpenReadOnly(connectionString);
                var seals = await Following("events compared with their seals", progress =>
                    SealVerification.Verify(database, keys, kept, told.Tell, progress, cancellation));
                told.Say("events", seals.Events);
                told.Say("unsealed", seals.Unsealed);
                told.Say("seals", seals.Newest.Number);
                told.Say("signatures", WordOf(seals.HasSignatures, keys));
                await CheckpointVerification.Verify(database, told.Tell, cancellation);
                var replay = await Following("events replayed", progress =>
                    ReplayVerification.Verify(database, told.Tell, progress, cancellation));
                told.Say("sessions", replay.Sessions);
                if (replay.Outdated > 0)
                    told.Say("outdated", replay.Outdated);
                told.Say("trail", await Following("events compared with the audit trail", progress =>
                    TrailVerification.Verify(database, told.Tell, progress, cancellation)));
                told.Say("activity", await Following("events counted by the minute", progress =>
                    ActivityVerification.Verify(database, told.Tell, progress, cancellation)));
            }

            async Task<T> Following<T>(string what, Func<Progress, Task<T>> verify)
            {
                using var progress = new Progress(terminal, what);
                return await verify(progress);
            }
        });
        return command;
    }

    static async Task VerifyFile(FileInfo file, PublicKeys? keys, SealHead? kept, Told told, CancellationToken cancellation)
    {
        try
        {
            if (keys is not null || kept is not null)
                await MustBeWhole(file, cancellation);
            var report = await FileVerification.Verify(file.FullName, keys, kept, told.Tell, cancellation);
            told.Say("events", report.Events);
            told.Say("sessions", report.Sessions);
            told.Say("seals", report.Manifest.Seals);
            told.Say("unsealed", report.Unsealed);
            told.Say("signatures", WordOf(report.HasSignatures, keys));
            told.Say("masked", report.Manifest.IsMasked ? "yes: it cannot be compared with seals" : "no");
        }
        catch (FormatException none)
        {
            told.Tell(new Difference(DifferenceKind.Manifest, none.Message));
        }
    }

    static string WordOf(bool hasSignatures, PublicKeys? keys) =>
        !hasSignatures ? "none" : keys is null ? "not checked: pass --public-key" : "checked";

    /// <summary>Fails for a part of a record, or a masked one: without seals it would wrongly be said to be whole.</summary>
    static async Task MustBeWhole(FileInfo file, CancellationToken cancellation)
    {
        await using var exported = await ExportFile.Open(file.FullName, cancellation);
        if (!exported.Manifest.IsWhole)
            throw new CommandException(
                ExitCode.Usage,
                $"{file.Name} is part of a record, or masked, so it cannot be compared with seals: omit --public-key and --head.");
    }

    static async Task<SealHead> ReadHead(FileInfo file, CancellationToken cancellation)
    {
        try
        {
            return await HeadFile.Read(file.FullName, cancellation);
        }
        catch (FormatException none)
        {
            throw new CommandException(ExitCode.Usage, $"{file.Name}: {none.Message}");
        }
    }

    static PublicKeys ReadKeys(FileInfo file)
    {
        try
        {
            return PublicKeys.Load(file.FullName);
        }
        catch (FormatException none)
        {
            throw new CommandException(ExitCode.Usage, $"{file.Name}: {none.Message}");
        }
    }

    /// <summary>Shows each difference as it is found, and a summary at the end.</summary>
    sealed class Told(Terminal terminal, bool isJson)
    {
        readonly JsonObject summary = [];
        long count;

        public void Tell(Difference difference)
        {
            count++;
            if (isJson)
                terminal.WriteJson(JsonSerializer.SerializeToNode(difference, Json)!);
            else if (count <= ToldMax)
                terminal.WriteLine(difference.Says);
            else if (count == ToldMax + 1)
                terminal.WriteLine("… and more; --json lists all of them.");
        }

        public void Say(string name, JsonNode value) => summary[name] = value;

        public int Finish()
        {
            summary["differences"] = count;
            if (isJson)
                terminal.WriteJson(new JsonObject { ["summary"] = summary });
            else
                WriteSummary();
            return count == 0 ? ExitCode.Done : ExitCode.No;
        }

        void WriteSummary()
        {
            foreach (var (name, value) in summary)
                terminal.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-12} {value}"));
            terminal.WriteLine(
                count > 0 ? "The record is NOT whole."
                : summary["events"] is JsonValue events && events.GetValue<long>() == 0 ? "There was nothing to verify: no events."
                : "The record is whole.");
        }
    }
}
