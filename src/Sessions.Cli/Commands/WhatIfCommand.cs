using System.CommandLine;
using Sessions.Cli.Frame;
using Sessions.Cli.Imagining;
using Sessions.Projections.History;
using Sessions.Storage;
using Sessions.Storage.Log;

namespace Sessions.Cli.Commands;

/// <summary><c>sessions what-if</c>: which sessions would have ended otherwise under another policy.</summary>
internal static class WhatIfCommand
{
    const int PageSize = 5000;

    public static Command Create(Terminal terminal, Settings settings)
    {
        var idle = Duration("--idle-timeout", "How long a session lives after its last activity.");
        var slack = Duration("--renewal-slack", "How much further each record of activity that the server observes extends the lease.");
        var keepAlive = Duration("--keep-alive-slack", "The same for explicit keep-alives.");
        var retention = Duration("--retention", "How long an ended session stays visible.");
        var lifetime = Duration("--max-lifetime", "The longest that any session may live.");
        var from = MomentArgument.Time("--from", "Only sessions created at this time or later.");
        var to = MomentArgument.Time("--to", "Only sessions created before this time.");
        var owner = new Option<string?>("--owner") { Description = "Only this user's sessions." };
        var command = new Verb(
            "what-if",
            "Run the rules again over the record, under another policy, and report the sessions that would have ended "
            + "otherwise. Options that are not given are as configured. Ends with 0 if nothing differs, else with 1.")
        {
            Examples =
            [
                ("sessions what-if --idle-timeout 2m", "if sessions had lived for two minutes"),
                ("sessions what-if --max-lifetime 8h --from 2026-11-01", "if no session had lived longer than eight hours"),
                ("sessions what-if --retention 1h --owner ana --json", "as JSON, for one user"),
            ],
        };
        foreach (var option in new Option[] { idle, slack, keepAlive, retention, lifetime, from, to, owner })
            command.Options.Add(option);
        command.SetAction(async (parsed, cancellation) =>
        {
            var configured = settings.Policy();
            var policy = configured with
            {
                IdleTimeout = parsed.GetValue(idle) ?? configured.IdleTimeout,
                RenewalSlack = parsed.GetValue(slack) ?? configured.RenewalSlack,
                KeepAliveSlack = parsed.GetValue(keepAlive) ?? configured.KeepAliveSlack,
                Retention = parsed.GetValue(retention) ?? configured.Retention,
                MaxLifetime = parsed.GetValue(lifetime) ?? configured.MaxLifetime,
            };
            var scope = new WhatIfScope(parsed.GetValue(from), parsed.GetValue(to), parsed.GetValue(owner));
            var report = new WhatIfReport(terminal, policy, parsed.GetValue(settings.Json));

            await using var database = Database.OpenReadOnly(await settings.ConnectionString(parsed, cancellation));
            var totals = await Run(new EventLog(database), new WhatIf(policy, scope), report, cancellation);
            report.Write(totals);
            return totals.Different == 0 ? ExitCode.Done : ExitCode.No;
        });
        return command;
    }

    static async Task<WhatIfTotals> Run(
        EventLog log, WhatIf imagined, WhatIfReport report, CancellationToken cancellation)
    {
        var totals = new WhatIfTotals();
        var position = LogPosition.Start;
        IReadOnlyList<LoggedEvent> page;
        do
        {
            page = await log.ReadAfter(position, PageSize, cancellation);
            foreach (var logged in page)
                Take(logged);
            position = page.Count > 0 ? page[^1].Position : position;
        }
        while (page.Count == PageSize);

        foreach (var difference in imagined.End())
            Tell(difference);
        return totals with { Sessions = imagined.Count };

        void Take(LoggedEvent logged)
        {
            if (imagined.Take(logged, out var damage) is { } difference)
                Tell(difference);
            if (damage is not null)
                report.WriteLeftOut(logged.Address, damage);
        }

        void Tell(WhatIfDifference difference)
        {
            report.Write(difference);
            totals = totals.With(difference);
        }
    }

    static Option<TimeSpan?> Duration(string name, string description) => new(name)
    {
        Description = description + " Written as 90s, 2m, 8h, 1d or 00:02:00.",
        HelpName = "duration",
        CustomParser = DurationText.Parse,
    };
}
