using Npgsql;
using Sessions.Domain;
using Sessions.Projections;
using Sessions.Storage;
using Sessions.Storage.Log;
using Sessions.Tests.Fixtures;
using static Sessions.Domain.SessionCommand;

namespace Sessions.Tests.Projections;

public sealed class SessionListTests(TestPostgres postgres) : IAsyncLifetime
{
    Node node = null!;

    public async ValueTask InitializeAsync() => node = new Node(await postgres.CreateDatabase());

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Fact]
    public async Task Whoever_lists_after_creating_sees_his_session()
    {
        for (var i = 1; i <= 5; i++)
        {
            var address = await node.Create();
            (await List("ana")).ShouldContain(address.Id);
            (await List("ana")).Count.ShouldBe(i);
        }
    }

    [Fact]
    public async Task Sessions_come_in_the_order_of_their_creation()
    {
        // An id contains the millisecond of its creation.
        var ids = Enumerable.Range(0, 5).Select(
            i => new SessionId(Guid.CreateVersion7(DateTimeOffset.UnixEpoch.AddMilliseconds(i)))).ToList();
        foreach (var i in new[] { 3, 0, 4, 2, 1 })
            await node.Send(new SessionAddress(ids[i], "ana"), new Create(NodeSentences.Item));

        (await List("ana")).ShouldBe(ids);
    }

    [Fact]
    public async Task Each_user_sees_his_own()
    {
        var (hers, his) = (await node.Create("ana"), await node.Create("bo"));

        (await List("ana")).ShouldBe([hers.Id]);
        (await List("bo")).ShouldBe([his.Id]);
        (await List("ANA")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_list_may_be_of_one_item()
    {
        var one = await node.Create();
        var other = NodeSentences.NewAddress();
        await node.Send(other, new Create(StoreSentences.AnotherItem));

        (await List("ana", NodeSentences.Item.ItemId)).ShouldBe([one.Id]);
        (await List("ana", StoreSentences.AnotherItem.ItemId)).ShouldBe([other.Id]);
        (await List("ana", Guid.Empty)).ShouldBeEmpty();
        (await List("ana")).ShouldBe([one.Id, other.Id], ignoreOrder: true);
    }

    [Fact]
    public async Task An_ended_session_is_listed_until_it_is_removed()
    {
        var address = await node.Create();
        await node.Send(address, new Cancel());
        (await List("ana")).ShouldBe([address.Id]);

        await node.Send(address, new Delete());

        (await List("ana")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public async Task Replayed_from_the_log_in_any_portions_the_list_is_the_live_one(int portion)
    {
        await node.LiveAtRandom(seed: portion);
        await using var replayed = Database.Open(await postgres.CreateDatabase());

        var position = LogPosition.Start;
        var expected = await node.Ask<long>("select count(*) from event_store.events");
        using var patience = new CancellationTokenSource(StoreSentences.Patience);
        while (expected > 0 && !patience.IsCancellationRequested)
        {
            var events = await node.Log.ReadAfter(position, portion, CancellationToken.None);
            if (events.Count == 0)
            {
                // Another test's open transaction holds the log back for a moment.
                await node.Run("select pg_sleep(0.005)");
                continue;
            }

            await Project(replayed, events);
            (position, expected) = (events[^1].Position, expected - events.Count);
        }

        var rows = await Rows(node.Database);
        rows.ShouldNotBeEmpty();
        (await Rows(replayed)).ShouldBe(rows);
    }

    [Fact]
    public async Task An_event_that_comes_twice_is_an_error_and_not_passed_over()
    {
        var address = await node.Create();
        var events = await node.Store.Read(address, CancellationToken.None).ToListAsync();

        (await Should.ThrowAsync<PostgresException>(() => Project(node.Database, events)))
            .SqlState.ShouldBe(PostgresErrorCodes.UniqueViolation);
    }

    static async Task Project(NpgsqlDataSource database, IReadOnlyList<LoggedEvent> events)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var batch = new NpgsqlBatch(connection);
        SessionList.Project(batch, [.. events.Select(recorded => (recorded.Address, recorded.Event))]);
        if (batch.BatchCommands.Count > 0)
            await batch.ExecuteNonQueryAsync();
    }

    static async Task<List<string>> Rows(NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand(
            "select session_list::text from read_models.session_list order by owner, session_id");
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
            rows.Add(reader.GetString(0));
        return rows;
    }

    Task<IReadOnlyList<SessionId>> List(string owner, Guid? itemId = null) =>
        node.List.Of(owner, itemId);
}
