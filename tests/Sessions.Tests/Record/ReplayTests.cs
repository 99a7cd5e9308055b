using Sessions.Domain;
using Sessions.Projections.Verification;
using Sessions.Tests.Fixtures;
using static Sessions.Domain.SessionCommand;

namespace Sessions.Tests.Record;

public sealed class ReplayTests(TestPostgres postgres) : ThreeSessions(postgres)
{
    [Fact]
    public async Task What_the_server_wrote_is_what_its_events_lead_to()
    {
        await using var lapsing = new Node(Node.ConnectionString, StoreSentences.OverAtOnce);
        for (var i = 0; i < 20; i++)
            await lapsing.Create();
        await lapsing.Schedule.RunUntilDone();

        (await Node.VerifyReplay()).ShouldBeEmpty();
        (await ReplayVerification.Verify(Node.Database, _ => { }, progress: null, CancellationToken.None))
            .ShouldBe(new ReplayReport(Sessions: 23, Events: 8 + 40));
    }

    public static TheoryData<string, string, DifferenceKind, string> Tampering => new()
    {
        { "active", $"delete from {Events} {{0}} and version = 2", DifferenceKind.Stream, "version 2 is missing" },
        { "active", $"delete from {Events} {{0}} and version = 1", DifferenceKind.Stream, "version 1 is missing" },
        { "active", $"delete from {Events} {{0}} and version = 4", DifferenceKind.Stream, "its row is at version 4, its events at 3" },
        { "active", $"delete from {Events} {{0}}", DifferenceKind.Stream, "it has a row but no events" },
        { "active", $"update {Events} set type = 'session_deleted', data = '{{{{\"reason\":\"Requested\"}}}}' {{0}} and version = 2", DifferenceKind.Stream, "version 3 follows the session's end" },
        { "active", $"update {Events} set recorded_at = recorded_at - interval '1 hour' {{0}} and version = 3", DifferenceKind.Stream, "version 3 was recorded before version 2" },
        { "active", $"update {Events} set type = 'session_exploded' {{0}} and version = 3", DifferenceKind.Stream, "version 3 cannot be read" },
        { "active", $"update {Events} set data = '[]' {{0}} and version = 3", DifferenceKind.Stream, "version 3 cannot be read" },
        { "active", $"update {Events} set data = 'null' {{0}} and version = 3", DifferenceKind.Stream, "version 3 cannot be read" },
        { "active", $"update {Events} set data = '{{{{\"x\":1}}}}' {{0}} and version = 1", DifferenceKind.Stream, "version 1 cannot be read" },
        { "gone", $"update {Events} set data = '{{{{\"reason\":7}}}}' {{0}} and version = 2", DifferenceKind.Stream, "version 2 cannot be read" },
        { "active", $"alter table {Events} drop constraint events_time; update {Events} set recorded_at = 'infinity' {{0}} and version = 4", DifferenceKind.Stream, "version 4 cannot be read" },
        { "active", $"alter table {Events} drop constraint events_time; update {Events} set recorded_at = '0044-03-15 BC' {{0}} and version = 1", DifferenceKind.Stream, "version 1 cannot be read" },
        { "active", $"update {Events} set data = '{{{{\"expiresAt\":\"2030-01-01T00:00:00Z\",\"progress\":41}}}}' {{0}} and version = 4", DifferenceKind.Snapshot, "with other details" },
        { "active", $"update {Events} set epoch = -1 {{0}} and version = 1", DifferenceKind.Stream, "version 1 lies before the beginning of the log" },
        { "active", $"delete from {Streams} {{0}}", DifferenceKind.Stream, "it has events but no row" },
        { "active", $"update {Streams} set version = 5 {{0}}", DifferenceKind.Stream, "its row is at version 5" },
        { "active", $"update {Streams} set client_token = null {{0}}", DifferenceKind.Stream, "the client token none" },
        { "active", $"update {Streams} set snapshot = replace(snapshot::text, ':40', ':41')::json {{0}}", DifferenceKind.Snapshot, "with other details" },
        { "active", $"update {Streams} set snapshot = '{{{{}}}}' {{0}}", DifferenceKind.Snapshot, "its snapshot" },
        { "active", $"update {Streams} set snapshot = '[1]' {{0}}", DifferenceKind.Snapshot, "cannot be read" },
        { "active", $"update {Streams} set origin = replace(origin::text, 'disk.bin', 'disc.bin')::json {{0}}", DifferenceKind.Snapshot, "with other details" },
        { "ended", $"update {Streams} set snapshot = (select snapshot from {Streams} where owner = 'cy') {{0}}", DifferenceKind.Snapshot, "its snapshot says deleted, its events lead to ended" },
        { "active", $"delete from {List} where owner = 'ana'", DifferenceKind.List, "it lives but is not listed" },
        { "ended", $"update {List} set item_id = gen_random_uuid() where owner = 'bo'", DifferenceKind.List, "it is listed on item" },
        { "gone", $"insert into {List} (session_id, item_id, owner) select stream_id, gen_random_uuid(), owner from {Streams} {{0}}", DifferenceKind.List, "it is listed but does not live" },
        { "none", $"insert into {List} (session_id, item_id, owner) values (gen_random_uuid(), gen_random_uuid(), 'nobody')", DifferenceKind.List, "it is listed but does not live" },
        { "active", $"delete from {Messages} {{0}}", DifferenceKind.Schedule, "it lives, but no message waits for it" },
        { "ended", $"update {Messages} set kind = 'expire' {{0}}", DifferenceKind.Schedule, "its message is for it to expire, but it waits to be purged" },
        { "active", $"update {Messages} set due_at = '2999-01-01' {{0}}", DifferenceKind.Schedule, "its message is due at 2999-01-01" },
        { "gone", $"insert into {Messages} (stream_id, owner, kind, due_at) select stream_id, owner, 'purge', now() from {Streams} {{0}}", DifferenceKind.Schedule, "a message waits for it, but it does not live" },
        { "none", $"insert into {Messages} (stream_id, owner, kind, due_at) values (gen_random_uuid(), 'nobody', 'purge', now())", DifferenceKind.Schedule, "a message waits for it, but it does not live" },
        { "none", "insert into event_store.dead_letters (stream_id, owner, kind, attempts, last_error) values (gen_random_uuid(), 'nobody', 'purge', 8, 'why')", DifferenceKind.Schedule, "a message waits for it, but it does not live" },
    };

    [Theory]
    [MemberData(nameof(Tampering))]
    public async Task What_was_tampered_with_is_named(string whose, string statement, DifferenceKind kind, string says)
    {
        await Node.Run(statement.Replace("{{", "{", StringComparison.Ordinal).Replace("}}", "}", StringComparison.Ordinal)
            .Replace("{0}", AddressOf(whose) is { } address ? address.Where() : "", StringComparison.Ordinal));

        var found = await Node.VerifyReplay();

        var difference = found.First(one => one.Kind == kind && one.Says.Contains(says, StringComparison.Ordinal));
        found.Select(one => one.Session).Distinct().Count().ShouldBe(1, "only the one that was touched");
        if (AddressOf(whose) is { } touched)
            (difference.Session, difference.Owner).ShouldBe((touched.Id.Value, touched.Owner));
    }

    [Fact]
    public async Task A_row_that_is_gone_is_named_once()
    {
        await Node.Run($"delete from {Streams} {Active.Where()}");

        (await Node.VerifyReplay()).ShouldHaveSingleItem().Says.ShouldContain("it has events but no row");
    }

    [Fact]
    public async Task A_message_that_comes_early_or_failed_or_was_given_up_is_no_difference()
    {
        await Node.Run($"update {Messages} set due_at = now() - interval '1 hour' {Active.Where()}");
        await Node.Run($"update {Messages} set due_at = now() + interval '10 days', attempts = 3 {Ended.Where()}");
        var dead = await Node.Create();
        await Node.Run($"""
            with letter as (delete from {Messages} {dead.Where()} returning *)
            insert into event_store.dead_letters (stream_id, owner, kind, attempts, last_error)
            select stream_id, owner, kind, 8, 'why' from letter
            """);

        (await Node.VerifyReplay()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_removal_that_was_promised_under_another_policy_is_no_difference()
    {
        await using var patient = new Node(Node.ConnectionString, new LeasePolicy { Retention = TimeSpan.FromDays(30) });
        await patient.Send(await patient.Create(), new Cancel());

        (await Node.VerifyReplay()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_snapshot_of_another_schema_is_no_difference()
    {
        await Node.Run($"update {Streams} set snapshot_schema = 0, snapshot = '\"old\"' {Active.Where()}");

        var found = new List<Difference>();
        var report = await ReplayVerification.Verify(Node.Database, found.Add, progress: null, CancellationToken.None);

        found.ShouldBeEmpty();
        report.Outdated.ShouldBe(1);
    }

    [Fact]
    public async Task It_sees_one_moment_while_others_write()
    {
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
                await Node.LiveALittle();
        });
        for (var i = 0; i < 10; i++)
            (await Node.VerifyReplay()).ShouldBeEmpty();
        await stop.CancelAsync();
        await writing;
    }
}
