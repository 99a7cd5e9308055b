using System.Globalization;
using System.Net;
using Sessions.Api.Access;
using Sessions.Api.Downloads;
using Sessions.Domain;
using Sessions.Projections.Drift;
using Sessions.Projections.Seals;
using Sessions.Storage;

namespace Sessions.Api.Hosting;

/// <summary>Everything that the configuration says, checked before anything starts.</summary>
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
    /// <summary>Times are added to one another and to the clock: the sum of all must still be a date.</summary>
    static readonly TimeSpan LifeMax = TimeSpan.FromDays(36_500);

    /// <summary>Each pass has a connection, and all others need the pool as well.</summary>
    const int SchedulePassesMost = 8;

    /// <exception cref="SettingsException">Something is missing or wrong; says what to set.</exception>
    public static ServerSettings Read(IConfiguration configuration)
    {
        try
        {
            HostSettings.Check(configuration);
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
            throw new SettingsException("Nobody could log in: set Users:0:Name, Users:0:PasswordHash and so on.");

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
            // A node that is told to stop is gone within ten seconds, whoever is reading slowly: the other half is for the
            // record of whom it cuts off, on a machine and a database that are busy.
            configuration.GetValue("ShutdownTimeoutSeconds", defaultValue: 5),
            new NodeName(configuration["Node:Name"] ?? Environment.MachineName));
    }

    void Check()
    {
        if (Database.FaultOf(ConnectionString) is { } fault)
            throw new SettingsException($"ConnectionStrings:Sessions cannot be used: {fault}");
        AtLeast("Lease:IdleTimeout", Lease.IdleTimeout, TimeSpan.FromMilliseconds(1));
        AtLeast("Lease:RenewalSlack", Lease.RenewalSlack, TimeSpan.Zero);
        AtLeast("Lease:KeepAliveSlack", Lease.KeepAliveSlack, TimeSpan.Zero);
        AtLeast("Lease:Retention", Lease.Retention, TimeSpan.Zero);
        AtLeast("Lease:MaxLifetime", Lease.MaxLifetime ?? Lease.IdleTimeout, TimeSpan.FromMilliseconds(1));
        AtMost("Lease:IdleTimeout", Lease.IdleTimeout, LifeMax);
        AtMost("Lease:RenewalSlack", Lease.RenewalSlack, LifeMax);
        AtMost("Lease:KeepAliveSlack", Lease.KeepAliveSlack, LifeMax);
        AtMost("Lease:Retention", Lease.Retention, LifeMax);
        AtMost("Lease:MaxLifetime", Lease.MaxLifetime ?? Lease.IdleTimeout, LifeMax);
        AtLeast("Lease:MaxSessionsPerUser", Lease.MaxSessionsPerUser ?? 1, 1);
        AtLeast("Access:IdleTimeout", LoginIdleTimeout, TimeSpan.FromSeconds(1));
        AtMost("Access:IdleTimeout", LoginIdleTimeout, LifeMax);
        AtLeast("Downloads:KeyLifetime", LinkKeys.Lifetime, TimeSpan.FromSeconds(1));
        AtMost("Downloads:KeyLifetime", LinkKeys.Lifetime, LifeMax);
        AtLeast("Downloads:PreparingMax", Preparation.PreparingMax, 1);
        AtLeast("Downloads:SmallFileMax", Preparation.SmallFileMax, 0);
        AtLeast("Commands:Lanes", Commands.Lanes, 1);
        AtLeast("Commands:QueueLimit", Commands.QueueLimit, 1);
        AtLeast("Commands:BatchLimit", Commands.BatchLimit, 1);
        AtLeast("Schedule:BatchLimit", Schedule.BatchLimit, 1);
        AtLeast("Schedule:PassesMax", Schedule.PassesMax, 1);
        AtMost("Schedule:PassesMax", Schedule.PassesMax, SchedulePassesMost);
        AtLeast("Schedule:AttemptsMax", Schedule.AttemptsMax, 1);
        AtMost("Schedule:AttemptsMax", Schedule.AttemptsMax, short.MaxValue);
        AtLeast("Schedule:SleepMax", Schedule.SleepMax, TimeSpan.FromMilliseconds(1));
        AtLeast("Schedule:Backoff", Schedule.Backoff, TimeSpan.Zero);
        AtLeast("Schedule:BackoffMax", Schedule.BackoffMax, Schedule.Backoff);
        AtLeast("Seals:Interval", Seals.Interval, TimeSpan.Zero);
        AtLeast("Seals:RunLength", Seals.RunLength, 1);
        AtLeast("DriftWatch:Interval", DriftWatch.Interval, TimeSpan.FromMilliseconds(1));
        AtLeast("DriftWatch:SampleSize", DriftWatch.SampleSize, 1);
        AtLeast("DriftWatch:SampleEvents", DriftWatch.SampleEvents, 1);
        AtLeast("ShutdownTimeoutSeconds", ShutdownTimeoutSeconds, 0);
        AtMost("ShutdownTimeoutSeconds", ShutdownTimeoutSeconds, (int)TimeSpan.FromDays(1).TotalSeconds);
        AtLeast("Limits:RequestsPerSecond", Limits.RequestsPerSecond ?? 1, 1);
        AtLeast("Limits:RequestBurst", Limits.RequestBurst ?? 1, 1);
        AtLeast("Limits:Connections", Limits.Connections ?? 1, 1);
        AtLeast("Limits:ConnectionIdle", Limits.ConnectionIdle, TimeSpan.FromSeconds(1));
        AtLeast("Limits:RequestHead", Limits.RequestHead, TimeSpan.FromSeconds(1));
        AtLeast("Limits:BodyBytesPerSecond", Limits.BodyBytesPerSecond, 1);
        AtLeast("Limits:BodyPatience", Limits.BodyPatience, LimitOptions.BodyPatienceMin);
    }

    static void AtLeast<T>(string key, T value, T least)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0)
            throw new SettingsException(
                string.Create(CultureInfo.InvariantCulture, $"{key} is {value}; the least that makes sense is {least}."));
    }

    static void AtMost<T>(string key, T value, T most)
        where T : IComparable<T>
    {
        if (value.CompareTo(most) > 0)
            throw new SettingsException(
                string.Create(CultureInfo.InvariantCulture, $"{key} is {value}; the most that makes sense is {most}."));
    }

    static string Required(IConfiguration configuration, string key, string meaning) =>
        configuration[key] is { Length: > 0 } value
            ? value
            : throw new SettingsException($"{key} is not set: {meaning}.");
}
