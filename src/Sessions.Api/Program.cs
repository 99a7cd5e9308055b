using Sessions.Api.Access;
using Sessions.Api.Audit;
using Sessions.Api.Docs;
using Sessions.Api.Downloads;
using Sessions.Api.Hosting;
using Sessions.Api.Vapi.Dialects;

// The thread that polls the sockets also runs the code that handles the bytes: handing them to another thread cost a third
// of the server's time. So nothing here may block; see Sessions.Storage.Database. The runtime reads the variable once, at
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
        Console.Error.WriteLine("sessions: The password must not be empty.");
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

    // A failed start is reported below, in one line or as an unhandled exception; the host would log it first, with a
    // trace. After the start the host's critical entries are kept: they report a worker that failed. During a failed start
    // they would also report each worker that is stopped with it.
    var hasStarted = false;
    builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", level => hasStarted && level >= LogLevel.Critical);
    builder.WebHost.ConfigureKestrel(settings.Limits.Apply);
    // Requests are short and never block, so each runs on the thread that received its bytes: no other thread is woken.
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
    // The stop signal came before the server ran.
    return 0;
}
catch (Exception refused) when (StartError.Explain(refused) is { } why)
{
    await Console.Error.WriteLineAsync("sessions: " + why);
    return 1;
}
