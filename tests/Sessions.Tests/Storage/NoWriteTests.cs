using Sessions.Domain;
using Sessions.Tests.Fixtures;
using static Sessions.Domain.SessionCommand;

namespace Sessions.Tests.Storage;

/// <summary>
/// An operation that needs no write makes none. The reading node of these tests cannot write at all: PostgreSQL would
/// refuse the smallest change, and assigns no id to a transaction that changes nothing.
/// </summary>
public sealed class NoWriteTests(TestPostgres postgres) : IAsyncLifetime
{
    static readonly LeasePolicy Slack = new() { KeepAliveSlack = TimeSpan.FromSeconds(30) };

    Node writer = null!;
    Node reader = null!;
    SessionAddress address;

    public async ValueTask InitializeAsync()
    {
        var connectionString = await postgres.CreateDatabase();
        writer = new Node(connectionString, Slack);
        reader = new Node(connectionString + ";Options=-c default_transaction_read_only=on", Slack);
        address = await writer.Create(token: Guid.Parse("aaaaaaaa-0000-4000-8000-000000000001"));
    }

    public async ValueTask DisposeAsync()
    {
        await reader.DisposeAsync();
        await writer.DisposeAsync();
    }

    [Fact]
    public async Task A_refusal_writes_nothing()
    {
        (await reader.Send(address, new KeepAlive(101))).ShouldBeRefused().ShouldBe(Refusal.ProgressOutOfRange);
        (await reader.Send(address, new PrepareFile("no such file"))).ShouldBeRefused().ShouldBe(Refusal.UnknownFile);
        (await reader.Send(NodeSentences.NewAddress(), new Delete())).ShouldBeRefused().ShouldBe(Refusal.NotFound);
        (await reader.Send(address with { Owner = "bo" }, new Delete())).ShouldBeRefused().ShouldBe(Refusal.NotFound);
    }

    [Fact]
    public async Task A_keep_alive_that_the_lease_already_covers_writes_nothing()
    {
        await writer.Send(address, new KeepAlive());
        var before = await Rows();

        for (var i = 0; i < 5; i++)
            (await reader.Send(address, new KeepAlive())).Decision.ShouldBe(new Decision.Accepted([]));

        (await Rows()).ShouldBe(before);
    }

    [Fact]
    public async Task A_creation_that_was_made_before_writes_nothing()
    {
        var before = await Rows();

        var again = await reader.Send(NodeSentences.NewAddress(), new Create(
            NodeSentences.Item, Guid.Parse("aaaaaaaa-0000-4000-8000-000000000001")));

        again.ShouldBeAccepted().Address.ShouldBe(address);
        (await Rows()).ShouldBe(before);
    }

    [Fact]
    public async Task A_keep_alive_leaves_the_scheduled_message_alone()
    {
        const string Message = "select xmin::text || ctid from event_store.scheduled_messages";
        var before = await writer.Ask<string>(Message);

        await writer.Send(address, new KeepAlive(40));

        (await writer.EventsOf(address)).Count.ShouldBe(2);
        (await writer.Ask<string>(Message)).ShouldBe(before);
    }

    /// <summary>Each stream row's place, writing transaction and version, and the number of events.</summary>
    Task<string> Rows() => writer.Ask<string>("""
        select string_agg(xmin::text || ctid || version, ' ') || (select count(*) from event_store.events)
        from event_store.streams
        """);
}
