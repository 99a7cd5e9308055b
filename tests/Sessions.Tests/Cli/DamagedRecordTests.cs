using Sessions.Cli.Frame;
using Sessions.Tests.Fixtures;
using Sessions.Tests.Projections;
using Sessions.Tests.Record;
using static Sessions.Tests.Cli.CliSentences;

namespace Sessions.Tests.Cli;

/// <summary>A database with much damage at once: each command ends in order and reports what it can.</summary>
public sealed class DamagedRecordTests(TestPostgres postgres) : IAsyncLifetime
{
    Node node = null!;

    public async ValueTask InitializeAsync()
    {
        node = new Node(await postgres.CreateDatabase());
        await node.LiveALittle();
        await node.Seal();
        await node.Follow();
    }

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Fact]
    public async Task A_trail_is_not_rebuilt_from_events_that_cannot_be_read_and_the_first_of_them_is_named()
    {
        await node.Run("""
            alter table event_store.events drop constraint events_time;
            update event_store.events set data = '[]' where position = 5;
            update event_store.events set metadata = '[]' where position = 2;
            update event_store.events set recorded_at = 'infinity' where position = 7;
            delete from event_store.events where position = 4;
            delete from event_store.streams where owner = 'bo';
            delete from read_models.audit_trail where number = 9
            """);

        var told = (await RunOn(node.ConnectionString, "rebuild", "audit-trail")).ShouldEnd(ExitCode.No);

        told.Error.ShouldContain("cannot be read");
        told.Error.ShouldContain("event 2 of transaction");
        told.Error.ShouldNotContain("..");
        (await node.Ask<long>("select count(*) from read_models.audit_trail")).ShouldBe(9);
    }

    [Fact]
    public async Task Of_an_event_that_is_gone_verify_names_what_it_led_to_and_no_other_row_of_the_trail()
    {
        await node.Run("delete from event_store.events where position = 4");

        var found = (await RunOn(node.ConnectionString, "verify", "--json")).ShouldEnd(ExitCode.No).Json[..^1];

        found.Where(one => (string)one["kind"]! == "trail").ShouldHaveSingleItem()["says"]!.GetValue<string>().ShouldStartWith("Row 4 ");
        found.ShouldAllBe(one => !((string)one["says"]!).EndsWith("..", StringComparison.Ordinal));
        found.Count(one => (string)one["kind"]! == "event_removed").ShouldBe(1);
    }

    [Fact]
    public async Task Rows_of_another_schema_are_counted()
    {
        await node.Run("update event_store.streams set snapshot_schema = 9 where owner = 'bo'");

        (await RunOn(node.ConnectionString, "verify")).ShouldEnd(ExitCode.Done).Output.ShouldContain("outdated     2");
    }
}
