using Sessions.Domain;
using Sessions.Tests.Fixtures;
using static Sessions.Domain.SessionCommand;
using static Sessions.Domain.SessionEvent;

namespace Sessions.Tests.Api;

/// <summary>A transfer under way ends with its session, whichever node ends the session.</summary>
public sealed class CutTests(DownloadApp app) : IClassFixture<DownloadApp>
{
    const long Big = 1L << 30;

    /// <summary>
    /// The project promises two seconds, and a slow machine may take longer. A transfer that is not cut goes on until
    /// its client disconnects.
    /// </summary>
    internal static readonly TimeSpan CutWithin = TimeSpan.FromSeconds(10);

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
