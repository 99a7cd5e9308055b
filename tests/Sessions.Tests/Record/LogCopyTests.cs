using Sessions.Domain;
using Sessions.Storage.Log;
using Sessions.Tests.Fixtures;
using static Sessions.Domain.SessionCommand;

namespace Sessions.Tests.Record;

public sealed class LogCopyTests(TestPostgres postgres) : IAsyncLifetime
{
    Node node = null!;

    public async ValueTask InitializeAsync() => node = new Node(await postgres.CreateDatabase());

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Fact]
    public async Task It_reads_what_the_log_holds_in_its_order()
    {
        await node.LiveALittle();
        await node.LogShouldBeReadable();

        var copied = await node.CopyLog();

        var expected = await node.Log.ReadAfter(LogPosition.Start, 1000, CancellationToken.None);
        copied.Count.ShouldBe(expected.Count);
        for (var i = 0; i < copied.Count; i++)
        {
            var read = copied[i].Recorded;
            (read with { Provenance = expected[i].Provenance }).ShouldBe(expected[i].Recorded);
            read.Provenance.Actor.ShouldBe(expected[i].Provenance.Actor);
        }
    }

    [Fact]
    public async Task A_row_from_the_database_and_an_event_from_elsewhere_have_the_same_hash()
    {
        await node.LiveALittle();
        await node.Create("Zoë \"the\" 管理員\n");
        await node.LogShouldBeReadable();

        var rows = await node.ReadLog(row => (Event: row.TakeEvent(), Hash: System.Security.Cryptography.SHA256.HashData(row.Content)));

        rows.Count.ShouldBeGreaterThan(4);
        foreach (var (stored, hash) in rows)
            EventContent.Hash(stored).ShouldBe(hash);
    }

    [Fact]
    public async Task It_goes_on_behind_any_row_and_stops_after_as_many_as_are_asked_for()
    {
        await node.LiveALittle();
        await node.LogShouldBeReadable();
        var all = await node.CopyLog();

        for (var i = 0; i < all.Count; i++)
        {
            var rest = await node.ReadLog(row => row.Position, all[i].Position, countMax: 2);
            rest.ShouldBe(all.Skip(i + 1).Take(2).Select(stored => stored.Position));
        }
    }

    [Fact]
    public async Task A_row_larger_than_the_buffer_is_read_whole()
    {
        var version = new string('x', 300_000);
        await node.Create();
        await node.Send(NodeSentences.NewAddress(), new Create(NodeSentences.Item with { ContentVersion = version }));
        await node.Create();
        await node.LogShouldBeReadable();

        var copied = await node.CopyLog();

        copied.Count.ShouldBe(3);
        copied[1].Event.ShouldBeOfType<SessionEvent.SessionCreated>().Item.ContentVersion.ShouldBe(version);
    }

    [Fact]
    public async Task An_empty_log_has_no_rows() => (await node.CopyLog()).ShouldBeEmpty();

    [Fact]
    public async Task What_may_still_change_is_not_read()
    {
        await node.Create();
        await node.LogShouldBeReadable();
        await using var open = await OpenTransaction.Begin(node.ConnectionString);
        await open.Run("select pg_current_xact_id()");
        await node.Create();

        (await node.CopyLog()).Count.ShouldBe(1);
    }
}
