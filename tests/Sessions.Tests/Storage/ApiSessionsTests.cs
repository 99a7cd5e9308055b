using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Sessions.Storage;
using Sessions.Storage.Access;
using Sessions.Storage.Commands;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Storage;

public sealed class ApiSessionsTests(TestPostgres postgres) : IAsyncLifetime
{
    readonly byte[] hash = SHA256.HashData("a token"u8);
    NpgsqlDataSource database = null!;
    ApiSessions sessions = null!;
    ApiSessions other = null!;

    public async ValueTask InitializeAsync()
    {
        database = Database.Open(await postgres.CreateDatabase());
        sessions = Open(NullLogger<ApiSessions>.Instance);
        other = Open(NullLogger<ApiSessions>.Instance);
        await sessions.Add(hash, "ana");
    }

    public async ValueTask DisposeAsync()
    {
        await other.DisposeAsync();
        await sessions.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task A_login_is_known_on_every_node()
    {
        (await Find(sessions))!.UserName.ShouldBe("ana");
        (await Find(other))!.UserName.ShouldBe("ana");
        (await other.Find(SHA256.HashData("another token"u8))).ShouldBeNull();
    }

    [Fact]
    public async Task Only_the_hash_of_its_token_is_stored()
    {
        (await Ask<byte[]>("select token_hash from access.api_sessions")).ShouldBe(hash);
        (await Ask<string>("""
            select string_agg(column_name, ' ' order by column_name) from information_schema.columns
            where table_schema = 'access' and table_name = 'api_sessions'
            """)).ShouldBe("created_at last_accessed_at token_hash user_name");
    }

    [Fact]
    public async Task Removed_on_one_node_it_is_gone_on_all()
    {
        await sessions.Remove(hash);

        (await Find(other)).ShouldBeNull();
        await sessions.Remove(hash);
    }

    [Fact]
    public async Task Unused_for_too_long_it_does_not_count_any_more()
    {
        await LastUsed("31 minutes");

        (await Find(sessions)).ShouldBeNull();
        (await other.RemoveLapsed()).ShouldBe(1);
        (await Ask<long>("select count(*) from access.api_sessions")).ShouldBe(0);
    }

    [Fact]
    public async Task Used_in_time_it_goes_on()
    {
        await LastUsed("29 minutes");

        (await Find(sessions)).ShouldNotBeNull();
        (await sessions.RemoveLapsed()).ShouldBe(0);
        (await Ask<bool>("select last_accessed_at > now() - interval '1 minute' from access.api_sessions")).ShouldBeTrue();
    }

    /// <summary>After a noted use, a login may be used for up to a minute more without another note.</summary>
    [Fact]
    public async Task It_lives_as_long_after_a_use_that_was_not_noted_as_after_one_that_was()
    {
        await LastUsed("30 minutes 40 seconds");

        (await other.RemoveLapsed()).ShouldBe(0);
        (await Find(sessions)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Its_use_is_noted_once_in_a_while_and_not_at_every_call()
    {
        const string Row = "select xmin::text || ctid from access.api_sessions";
        await LastUsed("30 seconds");
        var before = await Ask<string>(Row);
        await Find(sessions);
        (await Ask<string>(Row)).ShouldBe(before);

        await LastUsed("61 seconds");
        before = await Ask<string>(Row);
        await Find(sessions);
        (await Ask<string>(Row)).ShouldNotBe(before);
    }

    [Fact]
    public async Task Many_who_use_it_at_once_are_all_answered()
    {
        await LastUsed("5 minutes");

        var found = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => Find(i % 2 == 0 ? sessions : other)))
            .WaitAsync(StoreSentences.Patience);

        found.ShouldAllBe(session => session != null && session.UserName == "ana");
    }

    /// <summary>On a full disk or a read-only database only the note of the use is lost.</summary>
    [Fact]
    public async Task It_is_known_while_its_use_cannot_be_noted_and_the_log_says_so()
    {
        await LastUsed("5 minutes");
        await Run("""
            create function refuse() returns trigger language plpgsql as
            $$ begin raise exception 'no room' using errcode = '53100'; end $$;
            create trigger refuse before update on access.api_sessions for each statement execute function refuse();
            """);
        using var logs = new RecordedLogs();
        await using var turnedAway = Open(logs.For<ApiSessions>());

        (await Find(turnedAway)).ShouldNotBeNull().UserName.ShouldBe("ana");

        logs.Of(LogLevel.Warning).ShouldHaveSingleItem().ShouldContain("no room");
    }

    [Fact]
    public void Who_shows_the_same_token_asks_the_same_question()
    {
        var again = SHA256.HashData("a token"u8);

        new[] { new TokenHash(hash), new TokenHash(again), new TokenHash(SHA256.HashData("another"u8)) }
            .Distinct().Count().ShouldBe(2);
    }

    ApiSessions Open(ILogger<ApiSessions> log) => new(database, new CommandOptions(), log, TimeSpan.FromMinutes(30));

    Task<ApiSession?> Find(ApiSessions node) => node.Find(hash);

    Task LastUsed(string ago) => Run($"update access.api_sessions set last_accessed_at = now() - interval '{ago}'");

    async Task Run(string statement)
    {
        await using var command = database.CreateCommand(statement);
        await command.ExecuteNonQueryAsync();
    }

    async Task<T> Ask<T>(string statement)
    {
        await using var command = database.CreateCommand(statement);
        return (T)(await command.ExecuteScalarAsync())!;
    }
}
