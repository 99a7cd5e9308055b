using Npgsql;
using Sessions.Domain;
using Sessions.Projections;
using Sessions.Storage;
using Sessions.Storage.Streams;
using Sessions.Tests.Fixtures;
using Sessions.Tests.Projections;
using Sessions.Tests.Record;
using static Sessions.Domain.SessionEvent;

namespace Sessions.Tests.Storage;

/// <summary>A store with rows of an early version, which a server of today migrates to the newest schema.</summary>
public sealed class OldStoreTests(TestPostgres postgres)
{
    /// <summary>The schema before checksums, link keys, followers, seals and the audit trail.</summary>
    static readonly string[] Early = ["0001_event_store", "0002_access", "0003_session_list"];

    static readonly SessionAddress Living = new(new SessionId(Guid.Parse("01a1e000-0000-7000-8000-000000000001")), "ana");

    static readonly SessionAddress Overdue = new(new SessionId(Guid.Parse("01a1e000-0000-7000-8000-000000000002")), "bo");

    /// <summary>
    /// Two sessions as that version wrote them. Today's code does not read its snapshots of schema 1.
    /// </summary>
    static readonly string Rows = $$"""
        create temp table item as select json '{
            "itemId":"{{NodeSentences.Item.ItemId}}","contentVersion":"v1",
            "files":[{"name":"disk.bin","size":1024,"modifiedAt":"1970-01-01T00:00:00Z"}]}' as item;

        create temp table session as
        select stream_id::uuid, owner, version, due_at::timestamptz
        from (values ('{{Living.Id}}', 'ana', 2, '2999-01-01Z'), ('{{Overdue.Id}}', 'bo', 1, '2026-11-22T12:05:00Z'))
            as early (stream_id, owner, version, due_at);

        insert into event_store.streams (stream_id, owner, client_token, snapshot_schema, version, snapshot, origin)
        select stream_id, owner, stream_id, 1, version, '{}',
               json_build_object('owner', owner, 'item', item, 'clientToken', stream_id, 'mayReadStorage', false)
        from session, item;

        insert into event_store.events (recorded_at, stream_id, owner, version, command_id, type, schema, data, metadata)
        select '2026-11-22T12:00:00Z', stream_id, owner, 1, gen_random_uuid(), 'session_created', 1,
               json_build_object('owner', owner, 'item', item, 'expiresAt', '2026-11-22T12:05:00Z', 'clientToken', stream_id,
                                 'mayReadStorage', false),
               json_build_object('actor', owner, 'origin', 'api create', 'address', '192.0.2.7', 'node', 'old')
        from session, item;

        insert into event_store.events (recorded_at, stream_id, owner, version, command_id, type, schema, data, metadata)
        select '2026-11-22T12:01:00Z', stream_id, owner, 2, gen_random_uuid(), 'session_kept_alive', 1,
               '{"expiresAt":"2999-01-01T00:00:00Z","progress":40}',
               '{"actor":"ana","origin":"api keep_alive","address":"192.0.2.7","node":"old"}'
        from session
        where version = 2;

        insert into event_store.scheduled_messages (due_at, stream_id, owner, kind)
        select due_at, stream_id, owner, 'expire' from session;

        insert into read_models.session_list (session_id, item_id, owner)
        select stream_id, '{{NodeSentences.Item.ItemId}}', owner from session;
        """;

    [Fact]
    public async Task Its_sessions_go_on_are_listed_end_in_time_and_stand_in_the_audit_trail()
    {
        var connectionString = await postgres.CreateEmptyDatabase();
        await CreateOldStore(connectionString);

        await using var node = new Node(connectionString);
        await Servers.Migrator(node.Database).Migrate(CancellationToken.None);

        var active = (await node.SessionAt(Living)).ShouldBeOfType<Session.Active>();
        active.Progress.ShouldBe(40);
        (await node.List.Of("ana", NodeSentences.Item.ItemId)).ShouldBe([Living.Id]);
        (await node.Create(token: Living.Id.Value)).ShouldBe(Living);
        (await node.Send(Living, new SessionCommand.KeepAlive(50))).ShouldBeAccepted();
        await node.Schedule.RunUntilDone();
        (await node.EventsOf(Overdue))[^1].ShouldBeOfType<SessionExpired>();
        await node.Follow();
        (await node.Ask<string>(
            "select string_agg(type, ' ' order by number) from read_models.audit_trail where address = '192.0.2.7'"))
            .ShouldBe("session_created session_created session_kept_alive");
        await node.Seal();
        (await node.VerifySeals()).Found.ShouldBeEmpty();
        (await node.VerifyReplay()).ShouldBeEmpty();
    }

    static async Task CreateOldStore(string connectionString)
    {
        await using var database = NpgsqlDataSource.Create(connectionString);
        await Run(SqlFile.Read(typeof(EventStore).Assembly, "prepare_migrations"));
        foreach (var name in Early)
        {
            var source = name == "0003_session_list" ? typeof(SessionList).Assembly : typeof(EventStore).Assembly;
            await Run(SqlFile.Read(source, name));
            await Run($"insert into event_store.migrations (name) values ('{name}')");
        }

        await Run(Rows);

        async Task Run(string statements)
        {
            await using var command = database.CreateCommand(statements);
            await command.ExecuteNonQueryAsync();
        }
    }
}
