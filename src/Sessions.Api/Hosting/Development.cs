using Sessions.Content;
using Sessions.Storage.Local;

namespace Sessions.Api.Hosting;

/// <summary>
/// What a developer gets with nothing configured: a private PostgreSQL, a sample library, two users.
/// Each only where the configuration does not say otherwise.
/// </summary>
internal sealed class Development : IAsyncDisposable
{
    const string Folder = ".sessions";

    LocalPostgres? postgres;

    Development()
    {
    }

    /// <exception cref="SettingsException">The folder <c>.sessions</c> cannot be written.</exception>
    public static async Task<Development> Provide(
        ConfigurationManager configuration, string contentRoot, CancellationToken stop)
    {
        try
        {
            return await Make(configuration, contentRoot, stop);
        }
        catch (Exception refused) when (refused is UnauthorizedAccessException or IOException)
        {
            throw new SettingsException(
                $"{refused.Message} Start the server in a writable folder, or set Content:Root, ConnectionStrings:Sessions and Users.");
        }
    }

    static async Task<Development> Make(ConfigurationManager configuration, string contentRoot, CancellationToken stop)
    {
        var folder = Path.Combine(contentRoot, Folder);
        var given = new Development();
        var defaults = new Dictionary<string, string?>(StringComparer.Ordinal);
        if (string.IsNullOrEmpty(configuration["Content:Root"]))
        {
            var sample = Path.Combine(folder, "content");
            Directory.CreateDirectory(folder);
            SampleLibrary.WriteTo(sample);
            defaults["Content:Root"] = sample;
        }

        if (!configuration.GetSection("Users").Exists())
        {
            defaults["Users:0:Name"] = "demo";
            defaults["Users:0:Password"] = "demo";
            defaults["Users:1:Name"] = "admin";
            defaults["Users:1:Password"] = "admin";
            defaults["Users:1:Roles:0"] = "administrator";
            defaults["Users:1:Roles:1"] = "auditor";
            defaults["Users:1:Roles:2"] = "ContentLibrary.ReadStorage";
        }

        if (string.IsNullOrEmpty(configuration["ConnectionStrings:Sessions"]))
        {
            given.postgres = await LocalPostgres.Start(
                Path.Combine(folder, "postgres"), settings: null, stop);
            defaults["ConnectionStrings:Sessions"] = given.postgres.ConnectionString;
        }

        if (string.IsNullOrEmpty(configuration["Telemetry:Metrics"]))
            defaults["Telemetry:Metrics"] = "true";

        configuration.AddInMemoryCollection(defaults);
        return given;
    }

    public ValueTask DisposeAsync() => postgres?.DisposeAsync() ?? ValueTask.CompletedTask;
}
