using System.Diagnostics;
using System.Diagnostics.Metrics;
using Sessions.Domain;
using Sessions.Storage.Commands;
using Sessions.Storage.Log;

namespace Sessions.Storage;

/// <summary>
/// All instruments and spans of this project. While nothing listens to them, commands take a path without them.
/// </summary>
public static class StorageMetrics
{
    /// <summary>The name of the meter and of the source of spans.</summary>
    public const string Name = "Sessions.Storage";

    /// <summary>The attribute that holds a command's kind.</summary>
    const string CommandAttribute = "sessions.command";

    /// <summary>OpenTelemetry's own attribute for an error; absent where there was none.</summary>
    const string ErrorAttribute = "error.type";

    static readonly ActivitySource Source = new(Name);
    static readonly Meter Meter = new(Name);

    /// <summary>Bounds of durations, in seconds: a keep-alive takes one millisecond, a storm of expiries minutes.</summary>
    static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300],
    };

    static readonly InstrumentAdvice<int> Counts = new()
    {
        HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512],
    };

    static readonly Histogram<double> CommandDuration = Meter.CreateHistogram(
        "sessions.command.duration", "s", "From a command's arrival until it is durable, or refused.", tags: null, Seconds);

    static readonly Histogram<double> BatchDuration = Meter.CreateHistogram(
        "sessions.batch.duration", "s", "From a batch's first statement until its last answer.", tags: null, Seconds);

    static readonly Histogram<int> BatchSize = Meter.CreateHistogram(
        "sessions.batch.size", "{command}", "How many commands shared a transaction.", tags: null, Counts);

    static readonly Histogram<double> ScheduleLag = Meter.CreateHistogram(
        "sessions.schedule.lag", "s", "From the time that a scheduled message was due until it was carried out.",
        tags: null, Seconds);

    static readonly Counter<int> ScheduleFailures = Meter.CreateCounter<int>(
        "sessions.schedule.failures", "{message}", "Scheduled messages that failed and were put aside.");

    static readonly Gauge<double> ScheduleBacklog = Meter.CreateGauge<double>(
        "sessions.schedule.backlog", "s", "The age of the oldest message that was due at the last pass; zero for none.");

    static readonly Gauge<double> LogStall = Meter.CreateGauge<double>(
        "sessions.log.stall", "s", "How long the oldest open transaction has held the log's readers back; zero for none.");

    static readonly Gauge<long> DeadLetterCount = Meter.CreateGauge<long>(
        "sessions.dead_letters", "{message}", "Scheduled messages that were given up.");

    /// <summary>Whether anything listens to single commands.</summary>
    internal static bool WatchesCommands => CommandDuration.Enabled || Source.HasListeners();

    /// <summary>A span of one command, in the trace of the request that it came with; null if it is not recorded.</summary>
    internal static Activity? StartCommand(string kind, SessionId id)
    {
        var span = Source.StartActivity(kind);
        if (span is { IsAllDataRequested: true })
        {
            span.SetTag(CommandAttribute, kind);
            span.SetTag("sessions.id", id.ToString());
        }

        return span;
    }

    internal static void EndCommand(Activity? span, string kind, string? error, TimeSpan duration)
    {
        var attributes = new TagList { { CommandAttribute, kind } };
        if (error is not null)
        {
            attributes.Add(ErrorAttribute, error);
            span?.SetTag(ErrorAttribute, error);
            span?.SetStatus(ActivityStatusCode.Error);
        }

        CommandDuration.Record(duration.TotalSeconds, attributes);
    }

    /// <summary>A span of a batch, which belongs to no single request: it links to those of its commands.</summary>
    internal static Activity? StartBatch(IReadOnlyList<PendingCommand> commands) =>
        Source.HasListeners()
            ? Source.StartActivity(
                ActivityKind.Internal,
                links: commands.Where(command => command.Span != default).Select(command => new ActivityLink(command.Span)),
                tags: [new("sessions.batch.size", commands.Count)],
                name: "batch")
            : null;

    internal static void RecordBatch(int size, TimeSpan duration)
    {
        BatchSize.Record(size);
        BatchDuration.Record(duration.TotalSeconds);
    }

    /// <summary>Records how overdue the oldest message of a pass was.</summary>
    internal static void RecordPass(TimeSpan oldest) => ScheduleBacklog.Record(oldest.TotalSeconds);

    internal static void RecordFailures(int messages) => ScheduleFailures.Add(messages);

    internal static void RecordLag(TimeSpan lag) => ScheduleLag.Record(lag.TotalSeconds);

    /// <summary>Records what only the database knows; the caller queries it now and then.</summary>
    /// <param name="blockers">The transactions that hold the log's readers back, oldest first.</param>
    /// <param name="deadLetters">How many messages were given up.</param>
    public static void RecordStore(IReadOnlyList<LogBlocker> blockers, long deadLetters)
    {
        LogStall.Record(blockers is [var oldest, ..] ? oldest.Age.TotalSeconds : 0);
        DeadLetterCount.Record(deadLetters);
    }
}
