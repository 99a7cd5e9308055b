using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Api.Vapi;
using Sessions.Storage;
using Sessions.Storage.Commands;
using Sessions.Tests.Api;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Wire;

/// <summary>
/// A server whose answers are recorded. Its schedule does not run by itself. It has a user <c>storage</c>, who may read
/// the storage, and an additional operation, which fails.
/// </summary>
public sealed class WireApp : SessionsApp
{
    /// <summary>A service of the tests. It shows that an operation needs nothing specific to a dialect.</summary>
    public const string FaultyService = "com.vmware.test.faults";

    /// <summary>How many sessions one user may have.</summary>
    public const int SessionsMax = 5;

    static readonly Parameter<string> Kind = new("kind", VapiType.Text);

    static readonly Operation Faulty = new(
        FaultyService, "cause", new("POST", "test/faults", "cause", 204), [Kind], VapiType.Nothing, [], Cause);

    readonly Dictionary<string, string> tokens = new(StringComparer.Ordinal);

    public WireApp(TestPostgres postgres)
        : base(postgres)
    {
        Settings["Schedule:SleepMax"] = "1.00:00:00";
        Settings["Lease:MaxSessionsPerUser"] = $"{SessionsMax}";
        Settings["Users:3:Name"] = "storage";
        Settings["Users:3:Password"] = "storage";
        Settings["Users:3:Roles:0"] = "ContentLibrary.ReadStorage";
    }

    /// <summary>A login token of a user. Logging in is slow on purpose, so most files share one.</summary>
    public async Task<string> TokenOf(string user)
    {
        if (!tokens.TryGetValue(user, out var token))
            tokens[user] = token = await NewTokenOf(user);
        return token;
    }

    /// <summary>A login token that no other file shares, so that a file may end the login.</summary>
    public async Task<string> NewTokenOf(string user)
    {
        using var client = await ClientOf(user);
        return client.Token();
    }

    /// <summary>Deletes all sessions, so that no file meets the sessions of an earlier one.</summary>
    public Task Forget() => Run("""
        delete from event_store.scheduled_messages;
        delete from event_store.dead_letters;
        delete from event_store.events;
        delete from event_store.streams;
        delete from read_models.session_list;
        """);

    static async ValueTask<Answer> Cause(Call call)
    {
        await Task.Yield();
        return call.Get(Kind) switch
        {
            "unavailable" => throw new StoreUnavailableException("Not shown.", outcomeUnknown: false),
            "outcome_unknown" => throw new StoreUnavailableException("Not shown.", outcomeUnknown: true),
            "too_many_requests" => Errors.TooManyRequests(TimeSpan.FromSeconds(0.4)),
            "request_too_slow" => throw new BadHttpRequestException("Not shown.", StatusCodes.Status408RequestTimeout),
            "concurrent_change" => throw new ConcurrentChangeException(new InvalidOperationException("Not shown.")),
            _ => throw new InvalidOperationException("Not shown."),
        };
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.ConfigureTestServices(services =>
        {
            var table = services.Single(service => service.ServiceType == typeof(IReadOnlyList<Operation>));
            services.AddSingleton<IReadOnlyList<Operation>>(provider =>
                [.. (IReadOnlyList<Operation>)table.ImplementationFactory!(provider), Faulty]);
        });
    }
}
