using Sessions.Domain;
using Sessions.Tests.Fixtures;
using static Sessions.Domain.SessionCommand;
using static Sessions.Domain.SessionEvent;

namespace Sessions.Tests.Api;

/// <summary>A transfer under way ends with its session, whichever node hears of that.</summary>
public sealed class CutTests(DownloadApp app) : IClassFixture<DownloadApp>
{
    const long Big = 1L << 30;

    /// <summary>What the project promises.</summary>
    static readonly TimeSpan CutWithin = TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_transfer_is_cut_when_its_session_is_canceled(bool isElsewhere)
    {
        var session = await app.Begin(app.AddSparse("big.iso", Big));
        await using var other = isElsewhere ? await app.AnotherNode() : null;
        await using var reader = await Open(other ?? app, session);

        (await app.Send(session, new Cancel())).ShouldBeAccepted();

        var aborted = (await app.Await<TransferAborted>(session)).ShouldHaveSingleItem();
        var canceled = (await app.Await<SessionCanceled>(session)).ShouldHaveSingleItem();
        (aborted.Event.At - canceled.Event.At).ShouldBeLessThan(CutWithin);
        await reader.ShouldBeCut();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_transfer_is_cut_when_its_session_is_deleted(bool isElsewhere)
    {
        var session = await app.Begin(app.AddSparse("big.iso", Big));
        await using var other = isElsewhere ? await app.AnotherNode() : null;
        await using var reader = await Open(other ?? app, session);

        (await app.Send(session, new Delete())).ShouldBeAccepted();

        var aborted = (await app.Await<TransferAborted>(session)).ShouldHaveSingleItem();
        var deleted = (await app.Await<SessionDeleted>(session)).ShouldHaveSingleItem();
        (aborted.Event.At - deleted.Event.At).ShouldBeLessThan(CutWithin);
        await reader.ShouldBeCut();
    }

    [Fact]
    public async Task A_transfer_that_is_cut_is_recorded_with_what_had_left()
    {
        var session = await app.Begin(app.AddSparse("big.iso", Big));
        await using var reader = await SlowReader.Open(await app.Link(session, "big.iso"));

        (await app.Send(session, new Cancel())).ShouldBeAccepted();

        var aborted = (TransferAborted)(await app.Await<TransferAborted>(session)).ShouldHaveSingleItem().Event;
        aborted.Range.Start.ShouldBe(0);
        aborted.Range.End.ShouldBeInRange(1000, Big - 1);
        (await app.EventsOf(session))[^1].Event.ShouldBe(aborted);
    }

    [Fact]
    public async Task A_transfer_of_another_session_goes_on()
    {
        var item = app.AddSparse("big.iso", 100_000_000);
        var (ended, alive) = (await app.Begin(item), await app.Begin(item));
        await using var cut = await SlowReader.Open(await app.Link(ended, "big.iso"));
        await using var whole = await SlowReader.Open(await app.Link(alive, "big.iso"));

        (await app.Send(ended, new Cancel())).ShouldBeAccepted();

        await app.Await<TransferAborted>(ended);
        await cut.ShouldBeCut();
        await whole.Read(100_000_000 - 1000);
        await app.Await<FileTransferred>(alive);
    }

    async Task<SlowReader> Open(SessionsApp node, SessionAddress session)
    {
        var link = await app.Link(session, "big.iso");
        return await SlowReader.Open(new Uri(node.Url, link.AbsolutePath));
    }
}

/// <summary>Leases of two seconds, which a transfer renews by half a second at a time.</summary>
public sealed class ShortLeaseDownloadApp : DownloadApp
{
    public ShortLeaseDownloadApp(TestPostgres postgres)
        : base(postgres)
    {
        Settings["Lease:IdleTimeout"] = "00:00:02";
        Settings["Lease:RenewalSlack"] = "00:00:00.500";
    }
}

public sealed class TransferLeaseTests(ShortLeaseDownloadApp app) : IClassFixture<ShortLeaseDownloadApp>
{
    [Fact]
    public async Task Bytes_that_flow_keep_the_session_alive_by_few_events()
    {
        const int Size = 200_000_000;
        var session = await app.Begin(app.AddSparse("big.iso", Size));
        var first = (await app.SessionAt(session)).Lease.ExpiresAt;
        await using var reader = await SlowReader.Open(await app.Link(session, "big.iso"));

        // Far more than sockets hold at each step, so the server sees that bytes flow.
        var read = 1000;
        while (await app.Now() < first.AddSeconds(1))
        {
            await reader.Read(4_000_000);
            read += 4_000_000;
            await app.Run("select pg_sleep(0.2)");
        }

        await reader.Read(Size - read);
        await app.Await<FileTransferred>(session);
        var events = await app.EventsOf(session);
        events.ShouldNotContain(recorded => recorded.Event is SessionExpired);
        events.Count(recorded => recorded.Event is SessionKeptAlive).ShouldBeInRange(2, 10);
    }

    [Fact]
    public async Task A_reader_who_stops_reading_loses_his_lease_and_is_cut()
    {
        var session = await app.Begin(app.AddSparse("big.iso", 1L << 30));
        await using var reader = await SlowReader.Open(await app.Link(session, "big.iso"));

        var expired = (await app.Await<SessionExpired>(session)).ShouldHaveSingleItem();
        var aborted = (await app.Await<TransferAborted>(session)).ShouldHaveSingleItem();
        (aborted.Event.At - expired.Event.At).ShouldBeLessThan(TimeSpan.FromSeconds(2));
        await reader.ShouldBeCut();
    }

    [Fact]
    public async Task A_link_is_dead_when_the_lease_has_run_out_even_before_the_schedule_comes_by()
    {
        var (session, link) = await app.Share("disk.vmdk", [1, 2, 3]);
        await app.WaitUntil((await app.SessionAt(session)).Lease.ExpiresAt);

        using var client = new HttpClient();
        (await client.GetAsync(link)).StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);
    }
}
