using Sessions.Api.Access;
using Sessions.Api.Audit;
using Sessions.Api.Docs;
using Sessions.Api.Downloads;
using Sessions.Api.Hosting;
using Sessions.Api.Vapi.Dialects;

// Bytes are worked on by the thread that hears of them, before it listens again: nothing here may block, see
// Sessions.Storage.Database, and handing each on to another thread cost a third of the server's time. Read once, at
// the first socket.
Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");

if (Arguments.AskForHelp(args))
{
    Console.WriteLine(Arguments.Help);
    return 0;
}

if (args is [Arguments.HashPassword])
{
    Console.Error.Write("Password: ");
    if (Console.ReadLine() is not { Length: > 0 } password)
    {
        Console.Error.WriteLine("sessions: A password of nothing lets nobody in.");
        return 1;
    }

    Console.WriteLine(Users.Hash(password));
    return 0;
}

var stop = StopSignals.Hear();
try
{
    Arguments.Check(args);
    var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
    {
        Args = args,
        ContentRootPath = AppContext.BaseDirectory,
    });
    HostSettings.RequireFiles();
    HostSettings.SetDefaults(builder.Configuration);
    await using var development = builder.Environment.IsDevelopment()
        ? await Development.Provide(builder.Configuration, Directory.GetCurrentDirectory(), stop)
        : null;
    var settings = ServerSettings.Read(builder.Configuration);

    // Why the start failed is said below, in one line, or by the exception itself; the host would say it before, with a trace.
    // A worker that fails later it calls critical; those that are put away with a start that failed it would call so, too.
    var hasStarted = false;
    builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", level => hasStarted && level >= LogLevel.Critical);
    builder.WebHost.ConfigureKestrel(settings.Limits.Apply);
    // Requests are short and never block, so they run where their bytes arrive: no thread is woken for each.
    builder.WebHost.UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true);
    // Certificates come from Kestrel's own configuration; without one, it speaks plain HTTP.
    builder.WebHost.UseKestrelHttpsConfiguration();
    builder.Services
        .AddSingleton(TimeProvider.System)
        .AddStorage(settings)
        .AddFollowers(settings)
        .AddAudit(settings)
        .AddAccess(settings)
        .AddContent(settings)
        .AddDownloads(settings)
        .AddOperations()
        .AddWorkers(settings)
        .AddTelemetry(settings);

    var app = builder.Build();
    app.UseTrustedProxies(settings.TrustedProxies);
    app.MapMethods("/health/live", Health.Methods, Health.Live);
    app.MapMethods("/health/ready", Health.Methods, http => http.RequestServices.GetRequiredService<Health>().Ready(http));
    app.MapMetrics(settings.Telemetry);
    app.MapDocs();
    app.MapSealKey();
    app.MapDialects();
    app.Services.GetRequiredService<DataEndpoint>().Map(app);
    app.Lifetime.ApplicationStarted.Register(() => hasStarted = true);
    app.AnnounceOnStart(settings.Limits, settings.Users[0]);
    await app.RunAsync(stop);
    return 0;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    // Told to stop before it ran.
    return 0;
}
catch (Exception refused) when (StartError.Explain(refused) is { } why)
{
    await Console.Error.WriteLineAsync("sessions: " + why);
    return 1;
}
