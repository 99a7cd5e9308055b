using Sessions.Api.Downloads;

namespace Sessions.Tests.Api;

/// <summary>How much a transfer sends at once, and so how much of the server's memory one client holds.</summary>
public sealed class PaceTests
{
    static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void Of_whom_nothing_is_known_yet_little_is_held()
    {
        Pace.ChunkOf(sent: 0, elapsed: TimeSpan.Zero).ShouldBe(Pace.ChunkMin);
        Pace.ChunkOf(Pace.InSocketsMax, TimeSpan.FromMilliseconds(1)).ShouldBe(Pace.ChunkMin);
    }

    [Fact]
    public void Who_takes_it_fast_is_sent_much() =>
        Pace.ChunkOf(sent: 1L << 30, elapsed: TimeSpan.FromSeconds(1)).ShouldBe(Pace.ChunkMax);

    [Fact]
    public void Between_these_it_goes_by_the_pace() =>
        Pace.ChunkOf(Pace.InSocketsMax + 60 * 10_000_000L, Minute).ShouldBe(200_000);

    [Fact]
    public void Who_reads_slowly_holds_little() =>
        Pace.ChunkOf(Pace.InSocketsMax + 60 * 64 * 1024L, Minute).ShouldBe(Pace.ChunkMin);

    [Fact]
    public void A_clock_that_stands_still_stops_nothing() =>
        Pace.ChunkOf(sent: 1L << 30, elapsed: TimeSpan.Zero).ShouldBe(Pace.ChunkMax);
}
