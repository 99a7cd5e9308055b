using Npgsql;
using Sessions.Storage;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Storage;

public sealed class MigratorTests(TestPostgres postgres) : IAsyncLifetime
{
    /// <summary>The files, in the order in which they are applied.</summary>
    static readonly string[] All =
    [
        .. new[] { "Sessions.Storage", "Sessions.Projections" }
            .SelectMany(project => Directory.EnumerateFiles(Repository.PathOf("src", project, "Migrations"), "*.sql"))
            .Select(file => Path.GetFileNameWithoutExtension(file)!)
            .Order(StringComparer.Ordinal),
    ];

    NpgsqlDataSource database = null!;

    public async ValueTask InitializeAsync() => database = Database.Open(await postgres.CreateEmptyDatabase());

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task An_empty_database_lacks_everything()
    {
        (await FindMissing()).ShouldBe(All);
    }

    [Fact]
    public async Task Migrated_a_database_lacks_nothing()
    {
        await Migrate();

        (await FindMissing()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Migrating_again_changes_nothing()
    {
        await Migrate();
        await Execute("insert into access.api_sessions (token_hash, user_name) values ('\\x01', 'ana')");

        await Migrate();

        (await Ask("select count(*) from access.api_sessions")).ShouldBe(1);
        (await Ask("select count(*) from event_store.migrations")).ShouldBe(All.Length);
        (await Ask("select count(*) from event_store.epochs")).ShouldBe(1);
    }

    [Fact]
    public async Task Many_nodes_may_start_at_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Migrate())).WaitAsync(StoreSentences.Patience);

        (await Ask("select count(*) from event_store.migrations")).ShouldBe(All.Length);
    }

    [Fact]
    public async Task One_that_stopped_half_way_is_carried_on()
    {
        await Migrate();
        await Execute("""
            drop schema read_models cascade;
            delete from event_store.migrations where name = '0003_session_list';
            """);

        (await FindMissing()).ShouldBe(["0003_session_list"]);
        await Migrate();

        (await FindMissing()).ShouldBeEmpty();
    }

    [Fact]
    public async Task One_that_fails_leaves_nothing_of_itself_behind()
    {
        await Execute("create schema read_models");

        await Should.ThrowAsync<PostgresException>(Migrate);

        (await FindMissing()).ShouldBe(All.SkipWhile(name => name != "0003_session_list"));
        (await Ask("select count(*) from pg_tables where schemaname = 'read_models'")).ShouldBe(0);
    }

    [Fact]
    public async Task One_that_needs_a_table_which_somebody_reads_for_long_gives_up_and_lets_the_writers_through()
    {
        await Migrate();
        await Execute("delete from event_store.migrations where name = '0011_times'");
        await Execute("alter table event_store.events drop constraint events_time");
        await using var reading = await database.OpenConnectionAsync();
        await using var open = await reading.BeginTransactionAsync();
        await using (var read = new NpgsqlCommand("select count(*) from event_store.events", reading))
            await read.ExecuteScalarAsync();

        (await Should.ThrowAsync<PostgresException>(Migrate)).SqlState.ShouldBe(PostgresErrorCodes.LockNotAvailable);

        (await FindMissing()).ShouldBe(["0011_times"]);
    }

    [Fact]
    public async Task What_a_newer_program_has_applied_is_no_fault()
    {
        await Migrate();
        await Execute("insert into event_store.migrations (name) values ('9999_later')");

        (await FindMissing()).ShouldBeEmpty();
        await Migrate();
    }

    Task Migrate() => Servers.Migrator(database).Migrate(CancellationToken.None);

    Task<IReadOnlyList<string>> FindMissing() => Servers.Migrator(database).FindMissing(CancellationToken.None);

    async Task Execute(string statement)
    {
        await using var command = database.CreateCommand(statement);
        await command.ExecuteNonQueryAsync();
    }

    async Task<long> Ask(string statement)
    {
        await using var command = database.CreateCommand(statement);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
