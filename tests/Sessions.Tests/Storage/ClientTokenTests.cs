using Sessions.Domain;
using Sessions.Tests.Fixtures;
using static Sessions.Domain.SessionCommand;

namespace Sessions.Tests.Storage;

public sealed class ClientTokenTests(TestPostgres postgres) : IAsyncLifetime
{
    readonly Guid token = Guid.CreateVersion7();
    Node node = null!;
    Node other = null!;

    public async ValueTask InitializeAsync()
    {
        var connectionString = await postgres.CreateDatabase();
        node = new Node(connectionString);
        other = new Node(connectionString);
    }

    public async ValueTask DisposeAsync()
    {
        await other.DisposeAsync();
        await node.DisposeAsync();
    }

    [Fact]
    public async Task One_token_at_once_on_two_nodes_is_one_session()
    {
        var creations = Enumerable.Range(0, 64).Select(i => (i % 2 == 0 ? node : other).Create(token: token));

        var addresses = await Task.WhenAll(creations).WaitAsync(StoreSentences.Patience);

        addresses.Distinct().Count().ShouldBe(1);
        (await node.Ask<long>("select count(*) from event_store.events")).ShouldBe(1);
        await node.ShouldBeSound();
    }

    [Fact]
    public async Task Many_tokens_at_once_on_two_nodes_are_as_many_sessions()
    {
        var tokens = Enumerable.Range(0, 20).Select(_ => Guid.CreateVersion7()).ToArray();
        var creations = Enumerable.Range(0, 200).Select(
            i => (i % 2 == 0 ? node : other).Create(token: tokens[i * 7 % 20]));

        var addresses = await Task.WhenAll(creations).WaitAsync(StoreSentences.Patience);

        addresses.Distinct().Count().ShouldBe(20);
        await node.ShouldBeSound();
    }

    [Fact]
    public async Task A_token_on_another_item_is_refused()
    {
        var address = await node.Create(token: token);

        var refused = await other.Send(NodeSentences.NewAddress(), new Create(StoreSentences.AnotherItem, token));

        refused.ShouldBeRefused().ShouldBe(Refusal.ClientTokenReused);
        (await node.List.Of("ana", itemId: null)).ShouldBe([address.Id]);
    }

    [Fact]
    public async Task The_same_token_of_another_user_is_another_session()
    {
        var hers = await node.Create("ana", token);
        var his = await node.Create("bo", token);

        his.Id.ShouldNotBe(hers.Id);
    }

    [Fact]
    public async Task A_removed_session_gives_its_token_free()
    {
        var first = await node.Create(token: token);
        (await node.Send(first, new Delete())).ShouldBeAccepted();

        var second = await other.Create(token: token);

        second.ShouldNotBe(first);
        (await node.Create(token: token)).ShouldBe(second);
        await node.ShouldBeSound();
    }

    [Fact]
    public async Task Creating_and_removing_with_one_token_at_once_leaves_at_most_one_session()
    {
        await Task.WhenAll(Enumerable.Range(0, 40).Select(async i =>
        {
            var address = await (i % 2 == 0 ? node : other).Create(token: token);
            await (i % 3 == 0 ? node : other).Send(address, new Delete());
        })).WaitAsync(StoreSentences.Patience);

        (await node.List.Of("ana", itemId: null)).ShouldBeEmpty();
        await node.ShouldBeSound();
    }
}
