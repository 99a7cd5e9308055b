using Microsoft.Extensions.Logging.Abstractions;
using Sessions.Cli.Frame;
using Sessions.Projections.Drift;
using Sessions.Storage;
using Sessions.Tests.Fixtures;
using Sessions.Tests.Record;
using static Sessions.Tests.Cli.CliSentences;

namespace Sessions.Tests.Cli;

public sealed class StatusTests(TestPostgres postgres) : IAsyncLifetime
{
    Node node = null!;

    public async ValueTask InitializeAsync() => node = new Node(await postgres.CreateDatabase());

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Fact]
    public async Task It_tells_of_the_log_its_followers_and_its_seals()
    {
        await node.LiveALittle();
        await node.Seal();

        var status = (await RunOn(node.ConnectionString, "status", "--json")).Json.ShouldHaveSingleItem();

        ((long)status["log_head"]![2]!, (long)status["seal"]!["number"]!, (long)status["dead_letters"]!).ShouldBe((10, 3, 0));
        ((string)status["followers"]![0]!["name"]!, (long)status["followers"]![0]!["events_behind"]!).ShouldBe(("seals", 0));
        (await RunOn(node.ConnectionString, "status")).Output.ShouldContain("seals: 0 events");
    }

    [Fact]
    public async Task A_checkpoint_that_was_moved_ahead_of_the_log_is_told()
    {
        await node.LiveALittle();
        await node.Seal();
        await node.Run("update read_models.checkpoints set epoch = 7");

        (await RunOn(node.ConnectionString, "status")).ShouldEnd(ExitCode.No).Output.ShouldContain("where the log has no event");
        (await RunOn(node.ConnectionString, "status", "--json")).Json[0]["followers"]![0]!["astray"]!.GetValue<bool>().ShouldBeTrue();
        (await RunOn(node.ConnectionString, "verify")).ShouldEnd(ExitCode.No).Output.ShouldContain("The checkpoint of seals lies at ");
    }

    [Fact]
    public async Task A_command_line_is_no_node_and_a_node_has_its_own_name()
    {
        await node.LiveALittle();
        await using var tail = Database.OpenReadOnly(node.ConnectionString);
        await using var connection = await tail.OpenConnectionAsync();

        var status = (await RunOn(node.ConnectionString, "status", "--json")).Json.ShouldHaveSingleItem();

        status["nodes"]!.AsArray().ShouldHaveSingleItem()!["name"]!.GetValue<string>().ShouldBe("sessions@" + Node.Name);
    }

    [Fact]
    public async Task Of_a_schema_that_is_not_all_there_nothing_is_told_but_that()
    {
        await node.LiveALittle();
        await node.Run("delete from event_store.migrations where name = '0009_audit_trail'");

        var status = (await RunOn(node.ConnectionString, "status")).ShouldEnd(ExitCode.No).Output;

        status.ShouldContain("incomplete, missing: 0009_audit_trail");
        status.ShouldContain("sessions migrate");
        status.ShouldNotContain("empty");
        status.ShouldNotContain("none");
        (await RunOn(node.ConnectionString, "status", "--json")).Json.ShouldHaveSingleItem().AsObject()
            .Select(member => member.Key).ShouldBe(["status", "missing_migrations"]);
    }

    [Fact]
    public async Task A_difference_that_the_drift_watch_found_is_told_and_gone_when_it_was_mended()
    {
        var address = await node.Create();
        await node.Run($"update event_store.streams set version = 7 {address.Where()}");
        var watch = new DriftWatch(
            node.Database, new DriftWatchOptions { Interval = TimeSpan.Zero }, NullLogger<DriftWatch>.Instance);
        await watch.RunOnce(CancellationToken.None);
        (await RunOn(node.ConnectionString, "status")).ShouldEnd(ExitCode.No).Output.ShouldContain("its row is at version 7, its events at 1");

        (await RunOn(node.ConnectionString, "rebuild", "snapshots")).ShouldEnd(ExitCode.Done).Output.ShouldContain("1 sessions mended.");

        await watch.RunOnce(CancellationToken.None);
        var drift = (await RunOn(node.ConnectionString, "status", "--json")).Json[0]["drift"]!;
        ((long)drift["findings"]!, (long)drift["rounds"]!).ShouldBe((0, 2));
    }
}
