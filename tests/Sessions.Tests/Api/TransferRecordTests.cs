using System.Net.Http.Headers;
using System.Security.Cryptography;
using Sessions.Domain;
using Sessions.Tests.Fixtures;
using static Sessions.Domain.SessionEvent;

namespace Sessions.Tests.Api;

/// <summary>What the log records of a transfer.</summary>
public sealed class TransferRecordTests(DownloadApp app) : IClassFixture<DownloadApp>, IDisposable
{
    readonly HttpClient client = new();

    public void Dispose() => client.Dispose();

    [Fact]
    public async Task It_says_what_left_how_long_it_took_and_where_to()
    {
        var (session, link) = await app.Share("disk.vmdk", new byte[5000]);
        const string TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        using var request = new HttpRequestMessage(HttpMethod.Get, link);
        request.Headers.Add("traceparent", TraceParent);

        using var answer = await client.SendAsync(request);

        var end = (await app.Await<FileTransferred>(session)).ShouldHaveSingleItem();
        var begin = (await app.Await<TransferStarted>(session)).ShouldHaveSingleItem();
        var (started, transferred) = ((TransferStarted)begin.Event, (FileTransferred)end.Event);
        transferred.ShouldBe(new FileTransferred(
            started.TransferId, "disk.vmdk", new ByteRange(0, 5000), transferred.Duration) { At = end.Event.At });
        transferred.Duration.ShouldBeGreaterThan(TimeSpan.Zero);
        started.Range.ShouldBe(new ByteRange(0, 5000));
        foreach (var by in new[] { begin.Provenance, end.Provenance })
        {
            (by.Actor, by.Origin, by.Address).ShouldBe(("ana", "data get", "127.0.0.1"));
            by.TraceParent.ShouldBe(TraceParent);
            by.Node.ShouldBe(Environment.MachineName);
        }
    }

    [Fact]
    public async Task When_the_client_goes_away_it_says_what_had_left()
    {
        const long Size = 1L << 30;
        var session = await app.Begin(app.AddSparse("big.iso", Size));
        var reader = await SlowReader.Open(await app.Link(session, "big.iso"));

        await reader.DisposeAsync();

        var aborted = (TransferAborted)(await app.Await<TransferAborted>(session)).ShouldHaveSingleItem().Event;
        aborted.Range.Start.ShouldBe(0);
        aborted.Range.End.ShouldBeInRange(1000, Size - 1);
        (await app.SessionAt(session)).IsComplete.ShouldBeFalse();
    }

    [Fact]
    public async Task A_file_that_is_written_into_while_it_leaves_is_cut_and_never_recorded_as_whole()
    {
        const long Size = 1L << 30;
        var item = app.AddSparse("big.iso", Size);
        var session = await app.Begin(item);
        await using var reader = await SlowReader.Open(await app.Link(session, "big.iso"));

        await using (var file = new FileStream(app.PathOf(item, "big.iso"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            file.WriteByte(1);

        await reader.ShouldBeCut();
        var aborted = (TransferAborted)(await app.Await<TransferAborted>(session)).ShouldHaveSingleItem().Event;
        aborted.Range.End.ShouldBeInRange(1000, Size - 1);
    }

    [Fact]
    public async Task Eight_connections_make_one_whole_file()
    {
        const int Size = 40_000_003;
        var bytes = DownloadApp.Bytes(Size);
        var (session, link) = await app.Share("disk.vmdk", bytes);
        var whole = new byte[Size];

        await Task.WhenAll(Enumerable.Range(0, 8).Select(part => Fetch(link, part, whole)));

        SHA256.HashData(whole).ShouldBe(SHA256.HashData(bytes));
        await app.Await<FileTransferred>(session, 8);
        var after = await app.SessionAt(session);
        after.ActivityOf("disk.vmdk").Fetched.Parts.ShouldBe([new ByteRange(0, Size)]);
        after.IsComplete.ShouldBeTrue();
    }

    [Fact]
    public async Task A_session_is_complete_when_its_last_file_was_fetched_whole()
    {
        var session = await app.Begin(app.AddItem(("a.ovf", new byte[10]), ("b.vmdk", new byte[100_000])));
        await client.GetByteArrayAsync(await app.Link(session, "a.ovf"));
        await app.Await<FileTransferred>(session);
        (await app.SessionAt(session)).IsComplete.ShouldBeFalse();

        await client.GetByteArrayAsync(await app.Link(session, "b.vmdk"));

        await app.Await<FileTransferred>(session, 2);
        (await app.SessionAt(session)).IsComplete.ShouldBeTrue();
    }

    [Fact]
    public async Task When_the_server_stops_its_transfers_have_their_time_and_their_ends_are_recorded()
    {
        var session = await app.Begin(app.AddSparse("big.iso", 1L << 30));
        var link = await app.Link(session, "big.iso");
        var (small, whole) = await app.Share("small.iso", new byte[30_000_000]);
        var node = await app.AnotherNode(("ShutdownTimeoutSeconds", "2"));
        await using var reader = await SlowReader.Open(new Uri(node.Url, link.AbsolutePath));
        await using var quick = await SlowReader.Open(new Uri(node.Url, whole.AbsolutePath));

        var stopping = node.DisposeAsync();
        await quick.Read(30_000_000 - 1000);

        await stopping;
        // Two disposals of the host run at once here, and the second one does not wait for the first.
        await app.Await<FileTransferred>(small);
        await app.Await<TransferAborted>(session);
    }

    [Fact]
    public async Task Unless_it_is_told_otherwise_a_server_is_soon_gone_however_slowly_somebody_reads()
    {
        var session = await app.Begin(app.AddSparse("big.iso", 1L << 30));
        var link = await app.Link(session, "big.iso");
        var node = await app.AnotherNode();
        await using var reader = await SlowReader.Open(new Uri(node.Url, link.AbsolutePath));

        // tests/Sessions.Faults checks the promise of ten seconds. The framework's own default is thirty.
        await node.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(25));

        await app.Await<TransferAborted>(session);
    }

    async Task Fetch(Uri link, int part, byte[] whole)
    {
        var size = whole.Length / 8;
        var (start, end) = (part * size, part == 7 ? whole.Length : (part + 1) * size);
        using var request = new HttpRequestMessage(HttpMethod.Get, link);
        request.Headers.Range = new RangeHeaderValue(start, end - 1);
        using var answer = await client.SendAsync(request);
        (await answer.Content.ReadAsByteArrayAsync()).CopyTo(whole.AsSpan(start));
    }
}
