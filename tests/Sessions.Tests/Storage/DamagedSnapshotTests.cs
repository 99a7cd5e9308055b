using Microsoft.Extensions.Logging;
using Sessions.Domain;
using Sessions.Storage;
using Sessions.Storage.Commands;
using Sessions.Storage.Streams;
using Sessions.Tests.Fixtures;
using Sessions.Tests.Record;
using static Sessions.Domain.SessionCommand;

namespace Sessions.Tests.Storage;

/// <summary>
/// A row is a cache of the events: one that is unreadable, or has another schema, is rebuilt from them.
/// </summary>
public sealed class DamagedSnapshotTests(TestPostgres postgres) : IAsyncLifetime
{
    const string Streams = "event_store.streams";

    Node node = null!;
    SessionAddress address;

    public static TheoryData<string> Damages =>
    [
        "snapshot = '{}'",
        "snapshot = '[1]'",
        "snapshot = 'null'",
        "snapshot = '{\"lease\":\"none\"}'",
        "snapshot = '{\"lease\":null}'",
        "snapshot = replace(snapshot::text, '{\"lease\"', '{\"files\":{\"disk.bin\":null},\"lease\"')::json",
        "snapshot = '{\"files\":{\"\\u0000\":5}}'",
        "origin = '{}'",
        "origin = replace(origin::text, '\"files\":[', '\"files\":[null,')::json",
        "origin = '[]'",
        "origin = 'null'",
        "snapshot_schema = 9, snapshot = '\"newer\"', origin = '\"newer\"'",
        "snapshot_schema = 9, origin = replace(origin::text, 'disk.bin', 'disc.bin')::json",
    ];

    public async ValueTask InitializeAsync()
    {
        node = new Node(await postgres.CreateDatabase());
        address = await node.Create();
        await node.Send(address, new KeepAlive(40));
    }

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task It_is_read_from_the_events(string damage)
    {
        var before = await node.SessionAt(address);
        await node.Run($"update {Streams} set {damage}");

        (await node.SessionAt(address)).ShouldBe(before);
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task The_next_command_mends_all_of_it(string damage)
    {
        await node.Run($"update {Streams} set {damage}");

        (await node.Send(address, new KeepAlive(41))).ShouldBeAccepted();

        (await node.VerifyReplay()).ShouldBeEmpty();
        (await node.Ask<short>($"select snapshot_schema from {Streams}")).ShouldBe(SnapshotJson.Schema);
        (await node.Send(address, new Delete())).ShouldBeAccepted();
        (await node.VerifyReplay()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("snapshot_schema = 9, snapshot = '\"newer\"', origin = '\"newer\"'")]
    [InlineData("snapshot_schema = 9, origin = replace(origin::text, 'disk.bin', 'disc.bin')::json")]
    public async Task So_does_the_schedule_where_it_is_of_another_schema(string damage)
    {
        await using var lapsing = new Node(node.ConnectionString, StoreSentences.OverAtOnce with { Retention = TimeSpan.FromHours(1) });
        var lapsed = await lapsing.Create();
        await node.Run($"update {Streams} set {damage} {lapsed.Where()}");

        (await lapsing.Schedule.RunOnce(CancellationToken.None)).ShouldSatisfyAllConditions(
            pass => pass.Ended.ShouldBe(1), pass => pass.Failed.ShouldBe(0));

        (await node.VerifyReplay()).ShouldBeEmpty();
    }

    [Fact]
    public async Task That_one_cannot_be_read_is_an_error_in_the_log()
    {
        var logs = new RecordedLogs();
        await using var store = new EventStore(node.Database, new CommandOptions(), logs.For<EventStore>());
        await node.Run($"update {Streams} set snapshot = '[1]'");

        await store.Load(address);

        logs.Of(LogLevel.Error).ShouldHaveSingleItem().ShouldContain($"{address.Id}");
    }

    [Fact]
    public async Task An_event_too_few_is_not_counted_as_a_version()
    {
        await node.Send(address, new KeepAlive(41));
        await node.Run($"delete from event_store.events {address.Where()} and version = 2; update {Streams} set snapshot_schema = 0");

        (await node.Store.Load(address)).Version.ShouldBe(3);
        (await node.Send(address, new KeepAlive(42))).ShouldBeAccepted();
    }
}
