using System.Globalization;
using System.Runtime.Versioning;
using Npgsql;
using Sessions.Storage.Local;

namespace Sessions.Tests.Storage;

/// <summary>The private PostgreSQL of development, in a folder of its own that all these tests share.</summary>
public sealed class LocalPostgresTests(LocalPostgresTests.Cluster cluster) : IClassFixture<LocalPostgresTests.Cluster>
{
    /// <summary>A folder with a cluster that was created, filled and stopped.</summary>
    public sealed class Cluster : IAsyncLifetime
    {
        public string Folder { get; } = Path.Combine(Path.GetTempPath(), "sessions-local-" + Guid.CreateVersion7());

        public bool IsMissing { get; private set; }

        public async ValueTask InitializeAsync()
        {
            try
            {
                // Both find nothing: one creates the cluster, and the other must not create it again.
                var both = await Task.WhenAll(Start(), Start()).WaitAsync(TimeSpan.FromSeconds(60));
                await Execute(both[0], "create table kept as select 42 as value");
                (await Ask(both[1], "select value from kept")).ShouldBe(42);
                foreach (var one in both)
                    await one.DisposeAsync();
            }
            catch (PostgresMissingException)
            {
                IsMissing = true;
            }
        }

        public Task<LocalPostgres> Start()
        {
            Assert.SkipWhen(IsMissing, "PostgreSQL's programs are not on this machine.");
            return LocalPostgres.Start(
                Folder,
                new Dictionary<string, string>(StringComparer.Ordinal) { ["fsync"] = "off" },
                CancellationToken.None);
        }

        public ValueTask DisposeAsync()
        {
            Directory.Delete(Folder, recursive: true);
            return ValueTask.CompletedTask;
        }
    }

    [Fact]
    public async Task Started_again_it_has_its_data_again()
    {
        await using var postgres = await cluster.Start();

        (await Ask(postgres, "select value from kept")).ShouldBe(42);
    }

    /// <summary>
    /// Only another owner's lock goes away by itself. A lock file that cannot be opened, as on a disk that cannot be
    /// written, stays so.
    /// </summary>
    [Fact]
    public async Task What_keeps_it_from_its_folder_is_said_at_once()
    {
        Assert.SkipWhen(cluster.IsMissing, "PostgreSQL's programs are not on this machine.");
        var folder = Directory.CreateTempSubdirectory("sessions-local-").FullName;
        File.CreateSymbolicLink(Path.Combine(folder, "owner.lock"), "owner.lock");

        var error = await Should.ThrowAsync<IOException>(
            () => LocalPostgres.Start(folder, null, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30)));

        Directory.Delete(folder, recursive: true);
        error.Message.ShouldContain("owner.lock");
    }

    [Fact]
    public async Task One_that_runs_and_has_lost_its_password_is_said_at_once()
    {
        await using var owner = await cluster.Start();
        var password = Path.Combine(cluster.Folder, "password");
        File.Move(password, password + ".lost");

        try
        {
            (await Should.ThrowAsync<PostgresFailedException>(() => cluster.Start().WaitAsync(TimeSpan.FromSeconds(30))))
                .Message.ShouldContain(password);
        }
        finally
        {
            File.Move(password + ".lost", password);
        }
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Its_password_is_for_its_owner_alone()
    {
        await using var owner = await cluster.Start();

        File.GetUnixFileMode(Path.Combine(cluster.Folder, "password")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task A_program_that_fails_is_named_with_what_it_said()
    {
        Assert.SkipWhen(cluster.IsMissing, "PostgreSQL's programs are not on this machine.");
        var wrong = new Dictionary<string, string>(StringComparer.Ordinal) { ["no_such_setting"] = "on" };

        (await Should.ThrowAsync<PostgresFailedException>(() => LocalPostgres.Start(cluster.Folder, wrong, CancellationToken.None)))
            .Message.ShouldEndWith("FATAL:  unrecognized configuration parameter \"no_such_setting\"");
    }

    [Fact]
    public async Task It_listens_on_loopback_only_and_asks_for_a_password()
    {
        await using var postgres = await cluster.Start();
        var settings = new NpgsqlConnectionStringBuilder(postgres.ConnectionString);

        settings.Host.ShouldBe("127.0.0.1");
        (await Ask(postgres, "select (current_setting('listen_addresses') = '127.0.0.1')::int")).ShouldBe(1);
        settings.Password = "guess";
        await using var stranger = new NpgsqlConnection(settings.ConnectionString + ";Pooling=false");
        await Should.ThrowAsync<PostgresException>(() => stranger.OpenAsync());
    }

    [Fact]
    public async Task A_second_that_starts_uses_it_and_does_not_stop_it()
    {
        await using var owner = await cluster.Start();

        var second = await cluster.Start();
        (await Ask(second, "select value from kept")).ShouldBe(42);
        await second.DisposeAsync();

        (await Ask(owner, "select value from kept")).ShouldBe(42);
    }

    [Fact]
    public async Task Stopped_by_its_owner_it_runs_no_more()
    {
        var postgres = await cluster.Start();
        await postgres.DisposeAsync();

        await Should.ThrowAsync<NpgsqlException>(() => Ask(postgres, "select 1"));
    }

    [Fact]
    public async Task One_whose_owner_was_killed_is_taken_over()
    {
        var killed = await cluster.Start();
        // Stands for the operating system, which releases a dead owner's lock.
        File.Delete(Path.Combine(cluster.Folder, "owner.lock"));

        var next = await cluster.Start();
        next.ConnectionString.ShouldBe(killed.ConnectionString);
        (await Ask(next, "select value from kept")).ShouldBe(42);
        await next.DisposeAsync();

        await Should.ThrowAsync<NpgsqlException>(() => Ask(killed, "select 1"));
    }

    [Fact]
    public async Task A_note_of_a_server_that_is_gone_is_no_hindrance()
    {
        var postgres = await cluster.Start();
        var note = Path.Combine(cluster.Folder, "data", "postmaster.pid");
        var text = await File.ReadAllTextAsync(note);
        await postgres.DisposeAsync();
        // No process has the largest id.
        var stale = text.Split('\n');
        stale[0] = int.MaxValue.ToString(CultureInfo.InvariantCulture);
        await File.WriteAllLinesAsync(note, stale);

        await using var next = await cluster.Start();

        (await Ask(next, "select value from kept")).ShouldBe(42);
    }

    static async Task<int> Ask(LocalPostgres postgres, string statement)
    {
        await using var connection = new NpgsqlConnection(postgres.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(statement, connection);
        return (int)(await command.ExecuteScalarAsync())!;
    }

    static async Task Execute(LocalPostgres postgres, string statement)
    {
        await using var connection = new NpgsqlConnection(postgres.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync();
    }
}
