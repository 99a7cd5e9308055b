using System.Globalization;
using System.Security.Cryptography;
using Npgsql;
using Sessions.Storage;
using Sessions.Storage.Local;

namespace Sessions.Tests.Fixtures;

/// <summary>
/// A PostgreSQL that acknowledges a commit only when a synchronous standby has it. It has none at first. PostgreSQL
/// counts a program that copies its log elsewhere as a standby.
/// </summary>
sealed class LonelyPrimary : IAsyncDisposable
{
    static readonly Dictionary<string, string> Settings = new(StringComparer.Ordinal)
    {
        ["fsync"] = "off",
        ["synchronous_standby_names"] = "*",
    };

    readonly LocalPostgres postgres;
    readonly string folder;
    Task<int> standby = Task.FromResult(0);

    LonelyPrimary(LocalPostgres postgres, string folder) => (this.postgres, this.folder) = (postgres, folder);

    public string ConnectionString => postgres.ConnectionString;

    /// <summary>For a test's own reads and preparations: their commits wait for no standby.</summary>
    public string ConnectionStringBeside => postgres.ConnectionString + ";Pooling=false;Options=-c synchronous_commit=local";

    public static async Task<LonelyPrimary> Start()
    {
        var made = Path.Combine(Path.GetTempPath(), "sessions-primary-" + RandomNumberGenerator.GetHexString(8));
        LonelyPrimary started;
        try
        {
            started = new LonelyPrimary(await LocalPostgres.Start(made, Settings, CancellationToken.None), made);
        }
        catch (PostgresMissingException missing)
        {
            Assert.Skip(missing.Message);
            throw;
        }

        try
        {
            await using var database = Database.Open(started.ConnectionStringBeside);
            await Servers.Migrator(database).Migrate(CancellationToken.None);
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>Copies the log elsewhere until the primary ends.</summary>
    public async Task AddStandby()
    {
        var settings = new NpgsqlConnectionStringBuilder(ConnectionString);
        var kept = Directory.CreateDirectory(Path.Combine(folder, "standby")).FullName;
        var programs = PostgresPrograms.Find(folder);
        await programs.Give(kept);
        var primary = string.Create(
            CultureInfo.InvariantCulture,
            $"host=127.0.0.1 port={settings.Port} user={settings.Username} password={settings.Password}");
        standby = programs.Run(
            "pg_receivewal", ["-D", kept, "-d", primary, "--synchronous", "--no-loop"]);
    }

    public async ValueTask DisposeAsync()
    {
        await postgres.DisposeAsync();
        await standby;
        Directory.Delete(folder, recursive: true);
    }
}
