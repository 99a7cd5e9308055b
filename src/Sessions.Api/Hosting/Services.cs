using Sessions.Api.Access;
using Sessions.Api.Audit;
using Sessions.Api.Downloads;
using Sessions.Api.Vapi;
using Sessions.Api.Vapi.Dialects;
using Sessions.Api.Vapi.Operations;
using Sessions.Api.Workers;
using Sessions.Content;
using Sessions.Projections;
using Sessions.Projections.Audit;
using Sessions.Projections.Drift;
using Sessions.Projections.Following;
using Sessions.Projections.Seals;
using Sessions.Projections.Status;
using Sessions.Storage;
using Sessions.Storage.Access;
using Sessions.Storage.Commands;
using Sessions.Storage.Log;
using Sessions.Storage.Schedule;
using Sessions.Storage.Streams;

namespace Sessions.Api.Hosting;

/// <summary>Registers the server's services, part by part.</summary>
internal static class Services
{
    public static IServiceCollection AddStorage(this IServiceCollection services, ServerSettings settings) => services
        .AddSingleton(settings.Lease)
        .AddSingleton(settings.Commands)
        .AddSingleton(settings.Schedule)
        .AddSingleton(settings.Node)
        .AddSingleton(_ => Database.Open(settings.ConnectionString, settings.Node.Value))
        .AddSingleton<InlineProjection>(SessionList.Project)
        .AddSingleton(SessionList.Counting)
        .AddSingleton(provider => ActivatorUtilities.CreateInstance<GroupCommit>(
            provider,
            Database.OpenForCommands(settings.ConnectionString, settings.Commands, settings.Node.Value)))
        .AddSingleton<EventStore>()
        .AddSingleton<EventLog>()
        .AddSingleton(provider => ActivatorUtilities.CreateInstance<ScheduledMessages>(provider, settings.Node.Value))
        .AddSingleton<DeadLetters>()
        .AddSingleton<SessionList>()
        .AddSingleton(StoreStatus.Assemblies)
        .AddSingleton<Migrator>();

    /// <summary>The followers of the log, and the drift watch.</summary>
    public static IServiceCollection AddFollowers(this IServiceCollection services, ServerSettings settings) => services
        .AddSingleton(new Sealer(settings.Seals, SealSettings.KeyOf(settings.Seals)))
        .AddSingleton<IReadOnlyList<ILogFollower>>(
            provider => [new AuditTrail(), new Activity(), provider.GetRequiredService<Sealer>()])
        .AddSingleton<ProjectionRunner>()
        .AddSingleton(settings.DriftWatch)
        .AddSingleton<DriftWatch>();

    /// <summary>The queries on the record, and who may use them.</summary>
    public static IServiceCollection AddAudit(this IServiceCollection services, ServerSettings settings) => services
        .AddSingleton(_ => new AuditQueries(Database.OpenForQuestions(settings.ConnectionString, settings.Node.Value)))
        .AddSingleton<AuditLooks>()
        .AddSingleton<SealQueries>()
        .AddSingleton<AuditAccess>()
        .AddSingleton<HistoryOperations>()
        .AddSingleton<SealOperations>()
        .AddSingleton<AuditOperations>();

    public static IServiceCollection AddAccess(this IServiceCollection services, ServerSettings settings) => services
        .AddSingleton(new Users(settings.Users))
        .AddSingleton(provider => ActivatorUtilities.CreateInstance<ApiSessions>(provider, settings.LoginIdleTimeout))
        .AddSingleton<Logins>()
        .AddSingleton(settings.Limits)
        .AddSingleton<RequestLimits>();

    public static IServiceCollection AddContent(this IServiceCollection services, ServerSettings settings) => services
        .AddSingleton(provider => new ContentLibrary(
            settings.ContentRoot,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ContentLibrary>>()));

    public static IServiceCollection AddDownloads(this IServiceCollection services, ServerSettings settings) => services
        .AddSingleton(settings.LinkKeys)
        .AddSingleton<LinkKeys>()
        .AddSingleton<DownloadLinks>()
        .AddSingleton<KnownSessions>()
        .AddSingleton<Transfers>()
        .AddSingleton<DataEndpoint>()
        .AddSingleton(settings.Preparation)
        .AddSingleton<Checksums>()
        .AddSingleton<FilePreparation>()
        .AddSingleton<SessionFiles>()
        .AddSingleton<FileEndpoints>();

    public static IServiceCollection AddOperations(this IServiceCollection services) => services
        .AddSingleton<CalledSessions>()
        .AddSingleton<DownloadSessionOperations>()
        .AddSingleton<FileOperations>()
        .AddSingleton<LibraryOperations>()
        .AddSingleton<ItemOperations>()
        .AddSingleton<ItemFileOperations>()
        .AddSingleton<ItemStorageOperations>()
        .AddSingleton<UpdateSessionOperations>()
        .AddSingleton<LoginOperations>()
        .AddSingleton<Answering>()
        .AddSingleton<Admission>()
        .AddSingleton<IReadOnlyList<Operation>>(provider =>
        [
            .. provider.GetRequiredService<LoginOperations>().All,
            .. provider.GetRequiredService<DownloadSessionOperations>().All,
            .. provider.GetRequiredService<FileOperations>().All,
            .. provider.GetRequiredService<LibraryOperations>().All,
            .. provider.GetRequiredService<ItemOperations>().All,
            .. provider.GetRequiredService<ItemFileOperations>().All,
            .. provider.GetRequiredService<ItemStorageOperations>().All,
            .. provider.GetRequiredService<UpdateSessionOperations>().All,
        ]);

    /// <summary><see cref="DatabaseReadiness"/> brings the schema; the other workers wait for it.</summary>
    public static IServiceCollection AddWorkers(this IServiceCollection services, ServerSettings settings)
    {
        services
            .Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(settings.ShutdownTimeoutSeconds))
            .AddSingleton<DatabaseReadiness>()
            .AddHostedService(provider => provider.GetRequiredService<DatabaseReadiness>())
            .AddHostedService<ScheduleWorker>()
            .AddHostedService<LoginSweeper>()
            .AddHostedService<LinkKeyRotation>()
            .AddHostedService<DriftWorker>()
            .AddSingleton<Health>();
        // A node may leave following the log to other nodes.
        return settings.FollowsLog ? services.AddHostedService<ProjectionWorker>() : services;
    }
}
