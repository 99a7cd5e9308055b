using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using Sessions.Api.Downloads;
using Sessions.Domain;
using Sessions.Tests.Content;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

/// <summary>How long the server tries to record the end of a transfer.</summary>
public sealed class TransferPatienceTests
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Without_the_database_an_end_is_tried_for_a_minute_and_then_given_up_with_a_line_in_the_log()
    {
        await using var node = new Node("Host=127.0.0.1;Port=1;Username=nobody");
        var (clock, logs) = (new FakeClock(), new RecordedLogs());
        await using var transfers = new Transfers(node.Commands, node.Store, node.Policy, clock, logs.For<Transfers>());
        var (address, file) = (NodeSentences.NewAddress(), NodeSentences.Item.Files[0]);
        using var bytes = new SafeFileHandle();
        var transfer = new Transfer(
            transfers, address, file, bytes, new DefaultHttpContext(), NodeSentences.By("ana"),
            new KnownLease(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, askedAt: 0, clock));

        var waiting = clock.NextWait(Pause);
        transfers.Record(transfer, new SessionCommand.RecordTransfer(
            Guid.CreateVersion7(), file.Name, new ByteRange(0, file.Size), TransferStep.Finished));
        for (var second = 1; second < 60; second++)
        {
            await waiting;
            waiting = clock.NextWait(Pause);
            clock.Advance(Pause);
        }

        await waiting;
        logs.Of(LogLevel.Warning).ShouldBeEmpty();
        clock.Advance(Pause);

        (await logs.First(LogLevel.Warning)).ShouldStartWith(
            $"The end of a transfer of {file.Name} of session {address.Id} could not be recorded");
    }
}
