using System.Globalization;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Sessions.Api.Workers;
using Sessions.Content;
using Sessions.Tests.Api;

namespace Sessions.Tests.Fixtures;

/// <summary>
/// The server in process, on a real port and a database of its own, with the users ana, bo and admin
/// (the password is the name) and the sample library. A second app on the same database is a second node.
/// </summary>
public class SessionsApp(TestPostgres postgres) : WebApplicationFactory<Program>, IAsyncLifetime
{
    readonly string content = Path.Combine(Path.GetTempPath(), "sessions-content-" + Guid.CreateVersion7());

    /// <summary>The content folder of another node, if this node shares it.</summary>
    string? shared;

    /// <summary>Settings to add or override before the server starts.</summary>
    public Dictionary<string, string> Settings { get; } = new(StringComparer.Ordinal);

    public string ConnectionString { get; set; } = "";

    /// <summary>Whether to wait until the database is ready, as every test that needs it does.</summary>
    public bool AwaitsDatabase { get; set; } = true;

    /// <summary>Receives the server's log, if a test sets it.</summary>
    public RecordedLogs? Logs { get; set; }

    public string ContentRoot => shared ?? content;

    public Uri Url => new(ClientOptions.BaseAddress.ToString());

    public async ValueTask InitializeAsync()
    {
        if (ConnectionString.Length == 0)
            ConnectionString = await postgres.CreateDatabase();
        if (shared is null)
            SampleLibrary.WriteTo(content);
        UseKestrel();
        StartServer();
        if (AwaitsDatabase)
            await Services.GetRequiredService<DatabaseReadiness>().Ready;
    }

    /// <summary>A second node on the same database and content, with the same settings except those given.</summary>
    public async Task<SessionsApp> AnotherNode(params (string Key, string Value)[] settings)
    {
        var other = new SessionsApp(postgres) { ConnectionString = ConnectionString, shared = ContentRoot };
        foreach (var (key, value) in Settings)
            other.Settings[key] = value;
        foreach (var (key, value) in settings)
            other.Settings[key] = value;
        await other.InitializeAsync();
        return other;
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Production");
        // Uses the server's own setting: a port given to UseKestrel races against a server that starts fast.
        Set(builder, "Urls", "http://127.0.0.1:0");
        Set(builder, "ConnectionStrings:Sessions", ConnectionString);
        Set(builder, "Content:Root", ContentRoot);
        foreach (var (index, name) in new[] { "ana", "bo", "admin" }.Index())
        {
            Set(builder, $"Users:{index}:Name", name);
            Set(builder, $"Users:{index}:Password", name);
        }

        Set(builder, "Users:2:Roles:0", "administrator");
        Set(builder, "Logging:LogLevel:Default", "Critical");
        foreach (var (key, value) in Settings)
            Set(builder, key, value);
        if (Logs is not null)
            builder.ConfigureLogging(logging => logging.AddProvider(Logs));
    }

    static void Set(IWebHostBuilder builder, string key, string value) => builder.UseSetting(key, value);

    /// <summary>The item that most tests download.</summary>
    public string ItemId => Item("hello-world");

    public string Item(string name) =>
        Services.GetRequiredService<ContentLibrary>().Current.Items.Single(item => item.Name == name).Id.ToString("D");

    /// <summary>An HTTP client that is logged in as this user.</summary>
    public async Task<HttpClient> ClientOf(string user)
    {
        var client = CreateClient();
        using var answer = await client.LogIn(user, user);
        answer.EnsureSuccessStatusCode();
        client.DefaultRequestHeaders.Add(
            "vmware-api-session-id", (await answer.Content.ReadAsStringAsync()).Trim('"'));
        return client;
    }

    /// <summary>Runs a test's own statement on the database and returns its one value.</summary>
    public async Task<T> Ask<T>(string statement)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(statement, connection);
        return (T)Convert.ChangeType(await command.ExecuteScalarAsync(), typeof(T), CultureInfo.InvariantCulture)!;
    }

    /// <summary>Runs a test's own statement on the database.</summary>
    public async Task Run(string statement)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The time by the database's clock, which is the one that counts.</summary>
    public async Task<DateTimeOffset> Now() =>
        new(await Ask<DateTime>("select clock_timestamp() at time zone 'UTC'"), TimeSpan.Zero);

    /// <summary>Waits, in the database, until its clock has passed this time.</summary>
    public Task WaitUntil(DateTimeOffset time) =>
        Run($"select pg_sleep(greatest(0, extract(epoch from timestamptz '{time:O}' - clock_timestamp()) + 0.002))");

    /// <summary>Waits, in the database, until a condition holds there.</summary>
    public async Task Until(string condition)
    {
        for (var attempt = 0; attempt < 600; attempt++)
        {
            if (await Ask<bool>($"select {condition}"))
                return;
            await Run("select pg_sleep(0.05)");
        }

        throw new TimeoutException($"Half a minute, and still not: {condition}");
    }

    /// <summary>How many events there are: what a refused request must not change.</summary>
    public Task<long> CountEvents() => Ask<long>("select count(*) from event_store.events");

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await base.DisposeAsync();
        // A test may have disposed the server already, to see what it leaves behind.
        if (shared is null && Directory.Exists(content))
            Directory.Delete(content, recursive: true);
    }
}
