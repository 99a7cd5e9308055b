using Sessions.Domain;
using Sessions.Tests.Fixtures;
using static Sessions.Domain.SessionEvent;

namespace Sessions.Tests.Api;

/// <summary>The database goes away while bytes flow.</summary>
public sealed class TransferFaultTests(TestPostgres postgres)
{
    const int Size = 100_000_000;

    [Fact]
    public async Task A_transfer_goes_on_without_the_database_and_is_recorded_when_it_is_back()
    {
        await using var forwarder = Forwarder.Before(await postgres.CreateDatabase(), out var connection);
        forwarder.Restore();
        await using var app = new DownloadApp(postgres) { ConnectionString = connection };
        await app.InitializeAsync();
        var session = await app.Begin(app.AddSparse("big.iso", Size));
        await using var reader = await SlowReader.Open(await app.Link(session, "big.iso"));

        forwarder.Cut();
        await reader.Read(Size - 1000);
        forwarder.Restore();

        // The pool may still hold broken connections; this read repeats until it gets a working one.
        await app.SessionAt(session);
        var transferred = (FileTransferred)(await app.Await<FileTransferred>(session)).ShouldHaveSingleItem().Event;
        transferred.Range.ShouldBe(new ByteRange(0, Size));
    }

    [Fact]
    public async Task Without_the_database_a_transfer_is_cut_when_the_lease_that_it_knows_of_has_run_out()
    {
        await using var forwarder = Forwarder.Before(await postgres.CreateDatabase(), out var connection);
        forwarder.Restore();
        await using var app = new ShortLeaseDownloadApp(postgres) { ConnectionString = connection };
        await app.InitializeAsync();
        var session = await app.Begin(app.AddSparse("big.iso", 1L << 40));
        await using var reader = await SlowReader.Open(await app.Link(session, "big.iso"));

        forwarder.Cut();

        await reader.ShouldBeCut(isReadUntilThen: true);
        forwarder.Restore();
        await app.SessionAt(session);
        await app.Await<TransferAborted>(session);
    }

    [Fact]
    public async Task Without_the_database_no_transfer_begins()
    {
        await using var forwarder = Forwarder.Before(await postgres.CreateDatabase(), out var connection);
        forwarder.Restore();
        await using var app = new DownloadApp(postgres) { ConnectionString = connection };
        await app.InitializeAsync();
        var (_, link) = await app.Share("disk.vmdk", [1, 2, 3]);

        forwarder.Cut();

        using var client = new HttpClient();
        using var answer = await client.GetAsync(link);
        await answer.ShouldBe(System.Net.HttpStatusCode.ServiceUnavailable, "SERVICE_UNAVAILABLE");
        answer.Headers.RetryAfter.ShouldNotBeNull();
    }
}
