using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Sessions.Api.Workers;
using Sessions.Storage.Schedule;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

public sealed class ScheduleWorkerTests(SessionsApp app, TestPostgres postgres) : IClassFixture<SessionsApp>
{
    [Fact]
    public async Task While_more_is_due_than_a_pass_takes_two_go_side_by_side()
    {
        var options = new ScheduleOptions { BatchLimit = 1 };
        await using var node = new Node(
            await postgres.CreateDatabase(), StoreSentences.OverAtOnce with { Retention = TimeSpan.FromHours(1) }, schedule: options);
        for (var due = 0; due < 6; due++)
            await node.Create();
        // The first pass finds that more is due. Each later pass writes its expiry and waits for the test's lock.
        await node.Run(
            """
            create function wait_for_the_test() returns trigger language plpgsql as $$ begin
                if (select count(*) from event_store.events where type = 'session_expired') > 1 then
                    perform pg_advisory_xact_lock_shared(7);
                end if;
                return null;
            end $$;
            create trigger wait_for_the_test after insert on event_store.events execute function wait_for_the_test();
            """);
        await using var test = await OpenTransaction.Begin(node.ConnectionString);
        await test.Run("select pg_advisory_xact_lock(7)");
        using var worker = new ScheduleWorker(
            node.Schedule, options, app.Services.GetRequiredService<DatabaseReadiness>(), TimeProvider.System,
            NullLogger<ScheduleWorker>.Instance);

        await worker.StartAsync(CancellationToken.None);

        await node.Until(
            "2 = (select count(*) from pg_stat_activity where datname = current_database() and wait_event = 'advisory')");
        await test.Commit();
        await node.Until("6 = (select count(*) from event_store.events where type = 'session_expired')");
        await worker.StopAsync(CancellationToken.None);
        await node.RulesShouldHold();
    }
}
