using Sessions.Domain;
using Sessions.Projections.Audit;
using Sessions.Storage;
using Sessions.Tests.Fixtures;
using Sessions.Tests.Record;
using static Sessions.Domain.SessionCommand;
using static Sessions.Domain.SessionEvent;

namespace Sessions.Tests.Projections;

public sealed class ActivityTests(TestPostgres postgres) : IAsyncLifetime
{
    static readonly DateTimeOffset Always = DateTimeOffset.UnixEpoch.AddYears(1000);

    Node node = null!;
    AuditQueries audit = null!;

    public async ValueTask InitializeAsync()
    {
        node = new Node(await postgres.CreateDatabase());
        audit = node.Audit();
    }

    public async ValueTask DisposeAsync()
    {
        await audit.DisposeAsync();
        await node.DisposeAsync();
    }

    [Fact]
    public async Task Every_minute_has_what_happened_in_it_and_who_was_alive_at_its_end()
    {
        await node.LiveAtRandom(seed: 7);
        // Spread the log over many minutes; a session's events stay in their order.
        await node.Run("update event_store.events set recorded_at = date_trunc('hour', recorded_at) + position * interval '10 seconds'");
        await node.Follow();

        var minutes = (await audit.Minutes(DateTimeOffset.UnixEpoch, Always, 1000, CancellationToken.None)).Minutes;

        var log = await node.CopyLog();
        minutes.Count.ShouldBeGreaterThan(3);
        var alive = 0L;
        foreach (var minute in minutes)
        {
            var events = log.Where(logged => logged.At >= minute.Minute && logged.At < minute.Minute.AddMinutes(1))
                .Select(logged => logged.Event).ToArray();
            minute.Created.ShouldBe(events.OfType<SessionCreated>().Count());
            minute.Canceled.ShouldBe(events.OfType<SessionCanceled>().Count());
            minute.Failed.ShouldBe(events.OfType<SessionFailed>().Count());
            (minute.ExpiredIdle + minute.ExpiredComplete + minute.ExpiredLifetime).ShouldBe(events.OfType<SessionExpired>().Count());
            minute.Deleted.ShouldBe(events.OfType<SessionDeleted>().Count());
            alive += minute.Created - minute.Deleted;
            minute.Alive.ShouldBe(alive);
        }

        alive.ShouldBe(await node.Ask<long>("select count(*) from read_models.session_list"));
        minutes.Sum(minute => minute.Created).ShouldBe(log.Count(logged => logged.Version == 1));
        var later = (await audit.Minutes(minutes[1].Minute, minutes[2].Minute, 1000, CancellationToken.None)).Minutes;
        later.ShouldBe([minutes[1]]);
    }

    [Fact]
    public async Task Bytes_are_counted_whether_a_transfer_was_whole_or_broke_off()
    {
        var address = await node.Create();
        await node.Send(address, new PrepareFile("disk.bin", EndpointType.Https));
        foreach (var (end, step) in new[] { (1024L, TransferStep.Finished), (100L, TransferStep.Aborted) })
        {
            var transfer = Guid.CreateVersion7();
            await node.Send(address, new RecordTransfer(transfer, "disk.bin", new(0, 1024), TransferStep.Started));
            await node.Send(address, new RecordTransfer(transfer, "disk.bin", new(0, end), step));
        }

        await node.Follow();

        var minutes = (await audit.Minutes(DateTimeOffset.UnixEpoch, Always, 1000, CancellationToken.None)).Minutes;
        (minutes.Sum(minute => minute.Transfers), minutes.Sum(minute => minute.Bytes)).ShouldBe((2, 1124));
    }
}
