using System.Text;
using Sessions.Projections.Audit;
using Sessions.Storage.Log;
using Sessions.Tests.Fixtures;
using Sessions.Tests.Projections;
using static Sessions.Domain.SessionEvent;

namespace Sessions.Tests.Record;

/// <summary>Reading only a part of an event's JSON gives the same values as reading all of it.</summary>
public sealed class TextOfEventsTests(TestPostgres postgres) : IAsyncLifetime
{
    Node node = null!;

    public async ValueTask InitializeAsync() => node = new Node(await postgres.CreateDatabase());

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Fact]
    public async Task Who_caused_an_event_is_the_same_either_way()
    {
        await node.LiveAtRandom(seed: 11);
        await node.Create("Zoë \"the\" 管理員\n");
        await node.LogShouldBeReadable();

        var log = await node.CopyLog();

        log.ShouldContain(logged => logged.Provenance.Address == null);
        log.ShouldContain(logged => logged.Provenance.TraceParent != null);
        log.ShouldContain(logged => logged.Provenance.Actor == "Zoë \"the\" 管理員\n");
        foreach (var logged in log)
        {
            var text = ProvenanceText.Of(logged.Metadata.Span);
            Encoding.UTF8.GetString(text.Actor).ShouldBe(logged.Provenance.Actor ?? "");
            Encoding.UTF8.GetString(text.Address).ShouldBe(logged.Provenance.Address ?? "");
            Encoding.UTF8.GetString(text.TraceParent).ShouldBe(logged.Provenance.TraceParent ?? "");
        }
    }

    [Fact]
    public async Task The_item_of_a_creation_is_the_same_either_way()
    {
        await node.LiveALittle();
        await node.LogShouldBeReadable();

        var log = await node.CopyLog();

        log.ShouldContain(logged => logged.Event is SessionCreated);
        foreach (var logged in log)
            CreatedText.ItemOf(logged).ShouldBe((logged.Event as SessionCreated)?.Item.ItemId);
    }

    [Theory]
    [InlineData("00-40ecfef0411a8e77f7a573c14ebd91c7-44fc490e8ba00dea-01", "40ecfef0-411a-8e77-f7a5-73c14ebd91c7")]
    [InlineData("00-40ECFEF0411A8E77F7A573C14EBD91C7-44fc490e8ba00dea-01", "40ecfef0-411a-8e77-f7a5-73c14ebd91c7")]
    [InlineData("00-40ecfef0411a8e77f7a573c14ebd91c-44fc490e8ba00dea-01", null)]
    [InlineData("00-40ecfef0411a8e77f7a573c14ebd91zz-44fc490e8ba00dea-01", null)]
    [InlineData("00-40ecfef0411a8e77f7a573c14ebd91c7", null)]
    [InlineData("40ecfef0411a8e77f7a573c14ebd91c7", null)]
    [InlineData("", null)]
    public void A_trace_parent_names_its_trace_or_none(string traceParent, string? trace) =>
        NumberedEvent.TraceOf(traceParent).ShouldBe(trace is null ? null : Guid.Parse(trace));
}
