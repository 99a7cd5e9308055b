using System.Globalization;
using System.Net;
using Sessions.Api.Access;
using Sessions.Api.Downloads;
using Sessions.Domain;
using Sessions.Projections.Drift;
using Sessions.Projections.Following;
using Sessions.Projections.Seals;
using Sessions.Storage;
using Sessions.Storage.Access;
using Sessions.Storage.Commands;
using Sessions.Storage.Schedule;

namespace Sessions.Api.Hosting;

/// <summary>All settings, read from the configuration and checked before anything starts.</summary>
internal sealed record ServerSettings(
    string ConnectionString,
    string ContentRoot,
    IReadOnlyList<UserSettings> Users,
    LeasePolicy Lease,
    CommandOptions Commands,
    ScheduleOptions Schedule,
    TimeSpan LoginIdleTimeout,
    LinkKeyOptions LinkKeys,
    IReadOnlyList<IPNetwork> TrustedProxies,
    PreparationOptions Preparation,
    LimitOptions Limits,
    TelemetrySettings Telemetry,
    SealOptions Seals,
    DriftWatchOptions DriftWatch,
    bool FollowsLog,
    int ShutdownTimeoutSeconds,
    NodeName Node)
{
    /// <summary>
    /// Times are added to one another and to the clock: the sum must be a date, for PostgreSQL too. Kestrel counts times in
    /// ticks of a nanosecond, and fails every connection if one is longer than 292 years.
    /// </summary>
    static readonly TimeSpan TimeMax = TimeSpan.FromDays(36_500);

    /// <summary>Each pass takes a connection, and everything else needs the pool too.</summary>
    const int SchedulePassesMost = 8;

    /// <summary>Each lane has a connection of its own.</summary>
    const int LanesMost = 64;

    /// <summary>The default burst is twice the rate, and must still be an <c>int</c>.</summary>
    const int RequestsMost = 1_000_000;

    /// <exception cref="SettingsException">A setting is missing or wrong; the message says what to set.</exception>
    public static ServerSettings Read(IConfiguration configuration)
    {
        try
        {
            HostSettings.Check(configuration);
            KnownSettings.Check(configuration);
            var settings = Bind(configuration);
            settings.Check();
            return settings;
        }
        catch (InvalidOperationException unreadable)
        {
            throw new SettingsException(unreadable.Message);
        }
    }

    static ServerSettings Bind(IConfiguration configuration)
    {
        var users = configuration.GetSection("Users").Get<UserSettings[]>() ?? [];
        if (users.Length == 0)
            throw new SettingsException("No user is configured: set Users:0:Name and Users:0:PasswordHash.");

        return new ServerSettings(
            Required(configuration, "ConnectionStrings:Sessions", "the Npgsql connection string of the database"),
            Required(configuration, "Content:Root", "the folder of the content library"),
            users,
            configuration.GetSection("Lease").Get<LeasePolicy>() ?? new LeasePolicy(),
            configuration.GetSection("Commands").Get<CommandOptions>() ?? new CommandOptions(),
            configuration.GetSection("Schedule").Get<ScheduleOptions>() ?? new ScheduleOptions(),
            configuration.GetValue("Access:IdleTimeout", TimeSpan.FromMinutes(30)),
            LinkKeySettings.Read(configuration),
            Hosting.TrustedProxies.Read(configuration),
            configuration.GetSection("Downloads").Get<PreparationOptions>() ?? new PreparationOptions(),
            configuration.GetSection("Limits").Get<LimitOptions>() ?? new LimitOptions(),
            TelemetrySettings.Read(configuration),
            configuration.GetSection("Seals").Get<SealOptions>() ?? new SealOptions(),
            configuration.GetSection("DriftWatch").Get<DriftWatchOptions>() ?? new DriftWatchOptions(),
            configuration.GetValue("Log:Follow", defaultValue: true),
            // A node that is told to stop must be gone within ten seconds, however slowly clients read. These are half of
            // them: the rest is for recording the ends of the transfers that it cuts off, on a busy machine and database.
            configuration.GetValue("ShutdownTimeoutSeconds", defaultValue: 5),
            new NodeName(configuration["Node:Name"] is { Length: > 0 } name ? name : Environment.MachineName));
    }

    void Check()
    {
        if (Database.FaultOf(ConnectionString) is { } fault)
            throw new SettingsException($"ConnectionStrings:Sessions cannot be used: {fault}");
        if (Limits is { RequestBurst: not null, RequestsPerSecond: null })
            throw new SettingsException("Limits:RequestBurst has no effect without Limits:RequestsPerSecond; set that too.");
        Within("Lease:IdleTimeout", Lease.IdleTimeout, TimeSpan.FromMilliseconds(1), TimeMax);
        Within("Lease:RenewalSlack", Lease.RenewalSlack, TimeSpan.Zero, TimeMax);
        Within("Lease:KeepAliveSlack", Lease.KeepAliveSlack, TimeSpan.Zero, TimeMax);
        Within("Lease:Retention", Lease.Retention, TimeSpan.Zero, TimeMax);
        Within("Lease:MaxLifetime", Lease.MaxLifetime, TimeSpan.FromMilliseconds(1), TimeMax);
        Within("Lease:MaxSessionsPerUser", Lease.MaxSessionsPerUser, 1);
        Within("Access:IdleTimeout", LoginIdleTimeout, TimeSpan.FromSeconds(1), TimeMax);
        Within("Downloads:KeyLifetime", LinkKeys.Lifetime, TimeSpan.FromSeconds(1), TimeMax);
        Within("Downloads:PreparingMax", Preparation.PreparingMax, 1);
        Within("Downloads:SmallFileMax", Preparation.SmallFileMax, 0L);
        Within("Commands:Lanes", Commands.Lanes, 1, LanesMost);
        Within("Commands:QueueLimit", Commands.QueueLimit, 1);
        Within("Commands:BatchLimit", Commands.BatchLimit, 1);
        Within("Schedule:BatchLimit", Schedule.BatchLimit, 1);
        Within("Schedule:PassesMax", Schedule.PassesMax, 1, SchedulePassesMost);
        Within("Schedule:AttemptsMax", Schedule.AttemptsMax, 1, short.MaxValue);
        Within("Schedule:SleepMax", Schedule.SleepMax, TimeSpan.FromMilliseconds(1), TimeMax);
        Within("Schedule:Backoff", Schedule.Backoff, TimeSpan.Zero, TimeMax);
        Within("Schedule:BackoffMax", Schedule.BackoffMax, Schedule.Backoff, TimeMax);
        Within("Seals:Interval", Seals.Interval, TimeSpan.Zero, TimeMax);
        Within("Seals:RunLength", Seals.RunLength, 1, ProjectionRunner.BatchLimit);
        Within("DriftWatch:Interval", DriftWatch.Interval, TimeSpan.FromMilliseconds(1), TimeMax);
        Within("DriftWatch:SampleSize", DriftWatch.SampleSize, 1);
        Within("DriftWatch:SampleEvents", DriftWatch.SampleEvents, 1);
        Within("ShutdownTimeoutSeconds", ShutdownTimeoutSeconds, 0, (int)TimeSpan.FromDays(1).TotalSeconds);
        Within("Limits:RequestsPerSecond", Limits.RequestsPerSecond, 1, RequestsMost);
        Within("Limits:RequestBurst", Limits.RequestBurst, 1, RequestsMost);
        Within("Limits:Connections", Limits.Connections, 1);
        Within("Limits:ConnectionIdle", Limits.ConnectionIdle, TimeSpan.FromSeconds(1), TimeMax);
        Within("Limits:RequestHead", Limits.RequestHead, TimeSpan.FromSeconds(1), TimeMax);
        Within("Limits:BodyBytesPerSecond", Limits.BodyBytesPerSecond, 1);
        Within("Limits:BodyPatience", Limits.BodyPatience, LimitOptions.BodyPatienceMin, TimeMax);
    }

    /// <summary>Checks a setting's bounds; one that is not set is valid.</summary>
    static void Within<T>(string key, T? value, T least, T? most = null)
        where T : struct, IComparable<T>
    {
        if (value is not { } given)
            return;
        if (given.CompareTo(least) < 0)
            throw new SettingsException(
                string.Create(CultureInfo.InvariantCulture, $"{key} is {given}; it must be at least {least}."));
        if (most is { } highest && given.CompareTo(highest) > 0)
            throw new SettingsException(
                string.Create(CultureInfo.InvariantCulture, $"{key} is {given}; it must be at most {highest}."));
    }

    static string Required(IConfiguration configuration, string key, string meaning) =>
        configuration[key] is { Length: > 0 } value
            ? value
            : throw new SettingsException($"{key} is not set; it must be {meaning}.");
}
