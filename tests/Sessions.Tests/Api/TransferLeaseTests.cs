using Sessions.Tests.Fixtures;
using static Sessions.Domain.SessionEvent;

namespace Sessions.Tests.Api;

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

        // Each step takes so much out of the sockets that the server sends more, and so sees that bytes flow.
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
        var renewals = events.Select(recorded => recorded.Event).OfType<SessionKeptAlive>().Select(renewal => renewal.At).ToArray();
        renewals.Length.ShouldBeGreaterThan(1);
        renewals.Zip(renewals.Skip(1), (one, next) => next - one).Min().ShouldBeGreaterThan(TimeSpan.FromSeconds(0.5));
    }

    [Fact]
    public async Task A_reader_who_stops_reading_loses_his_lease_and_is_cut()
    {
        var session = await app.Begin(app.AddSparse("big.iso", 1L << 30));
        await using var reader = await SlowReader.Open(await app.Link(session, "big.iso"));

        var expired = (await app.Await<SessionExpired>(session)).ShouldHaveSingleItem();
        var aborted = (await app.Await<TransferAborted>(session)).ShouldHaveSingleItem();
        (aborted.Event.At - expired.Event.At).ShouldBeLessThan(CutTests.CutWithin);
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
