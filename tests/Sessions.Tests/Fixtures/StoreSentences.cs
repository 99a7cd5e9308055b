using System.Diagnostics;
using System.Runtime.CompilerServices;
using Sessions.Domain;
using Sessions.Storage.Commands;
using Sessions.Storage.Schedule;

namespace Sessions.Tests.Fixtures;

/// <summary>Steps that many tests of the store share.</summary>
static class StoreSentences
{
    /// <summary>Nothing in a test may take longer. Whatever does, hangs.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Leases and retentions that are over as soon as they begin, so no test waits for them.</summary>
    public static readonly LeasePolicy OverAtOnce = new() { IdleTimeout = TimeSpan.Zero, Retention = TimeSpan.Zero };

    /// <summary>One lane, so that commands that wait at the same time form one batch.</summary>
    public static readonly CommandOptions OneLane = new() { Lanes = 1 };

    public static readonly PinnedItem AnotherItem = NodeSentences.Item with
    {
        ItemId = Guid.Parse("99999999-2222-4333-8444-555555555555"),
    };

    /// <summary>The PostgreSQL sessions of this database that wait for a lock, for use after <c>from</c>.</summary>
    public const string LockWaits = "pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";

    /// <summary>Polls a condition until it holds. Fails when it does not hold within <see cref="Patience"/>.</summary>
    /// <param name="condition">Checks once; it may also take a step towards the condition.</param>
    /// <param name="says">The failure's message; by default the condition's own source text.</param>
    public static async Task Until(
        Func<Task<bool>> condition, [CallerArgumentExpression(nameof(condition))] string says = "")
    {
        var waited = Stopwatch.StartNew();
        while (!await condition())
        {
            if (waited.Elapsed > Patience)
                throw new TimeoutException($"Never came true: {says}");
            await Task.Delay(TimeSpan.FromMilliseconds(5));
        }
    }

    /// <summary>The same for a condition that is not asynchronous.</summary>
    public static Task Until(
        Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string says = "") =>
        Until(() => Task.FromResult(condition()), says);

    /// <summary>The same for a condition in SQL.</summary>
    public static Task Until(this Node node, string condition) =>
        Until(() => node.Ask<bool>($"select {condition}"), condition);

    /// <summary>Polls until at least this many PostgreSQL sessions wait for a lock.</summary>
    public static Task UntilLocked(this Node node, int count = 1) => node.Until($"(select count(*) >= {count} from {LockWaits})");

    /// <summary>Makes the database refuse events: all of them, or those for which an SQL condition holds.</summary>
    public static string RefuseEvents(string when = "true", string state = "P0001") => $"""
        create function refuse() returns trigger language plpgsql as
        $$ begin raise exception 'no events for %', new.owner using errcode = '{state}'; end $$;
        create trigger refuse before insert on event_store.events
        for each row when ({when}) execute function refuse();
        """;

    /// <summary>Makes the database accept events again.</summary>
    public const string RefuseNone = "drop function if exists refuse cascade;";

    /// <summary>The SQL clause that selects the rows of this stream.</summary>
    public static string Where(this SessionAddress address) =>
        $"where stream_id = '{address.Id}' and owner = '{address.Owner}'";

    public static async Task<Session> SessionAt(this Node node, SessionAddress address) =>
        (await node.Store.Load(address)).Session;

    public static Refusal ShouldBeRefused(this CommandOutcome outcome) =>
        outcome.Decision.ShouldBeOfType<Decision.Refused>().Reason;

    public static CommandOutcome ShouldBeAccepted(this CommandOutcome outcome)
    {
        outcome.Decision.ShouldBeOfType<Decision.Accepted>();
        return outcome;
    }

    /// <summary>Runs passes until nothing more is due.</summary>
    public static async Task<List<SchedulePass>> RunUntilDone(this ScheduledMessages schedule)
    {
        var passes = new List<SchedulePass>();
        do
            passes.Add(await schedule.RunOnce(CancellationToken.None));
        while (passes[^1].More && passes.Count < 1000);
        return passes;
    }

    /// <summary>Expects a task to fail with this exception; anything else fails the test.</summary>
    public static async Task<T> ShouldFail<T>(this Task task)
        where T : Exception =>
        await Should.ThrowAsync<T>(() => task.WaitAsync(Patience));

    /// <summary>Locks a stream's row, like a slow transaction. Disposing the result releases it.</summary>
    public static async Task<OpenTransaction> Lock(this Node node, SessionAddress address)
    {
        var transaction = await OpenTransaction.Begin(node.ConnectionString);
        await transaction.Run($"select from event_store.streams {address.Where()} for update");
        return transaction;
    }
}
