using System.Globalization;
using Npgsql;
using Sessions.Domain;
using Sessions.Storage;
using Sessions.Tests.Fixtures;
using static Sessions.Domain.SessionCommand;

namespace Sessions.Tests.Storage;

/// <summary>The statement by which a pass takes due messages: how it finds them, and which it leaves.</summary>
public sealed class TakenMessagesTests(TestPostgres postgres) : IAsyncLifetime
{
    Node node = null!;
    Node lapsing = null!;

    public async ValueTask InitializeAsync()
    {
        node = new Node(await postgres.CreateDatabase());
        lapsing = new Node(node.ConnectionString, StoreSentences.OverAtOnce);
    }

    public async ValueTask DisposeAsync()
    {
        await lapsing.DisposeAsync();
        await node.DisposeAsync();
    }

    /// <summary>
    /// If its statistics show how many messages are due, the planner prefers to read and sort all of them in each pass.
    /// </summary>
    [Fact]
    public async Task What_is_due_is_found_along_indexes_however_much_it_is()
    {
        for (var i = 0; i < 100; i++)
            await lapsing.Create();
        await node.Run("analyze");

        await using var connection = await node.Database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var keep = new NpgsqlCommand(Sql.KeepToIndexes, connection, transaction);
        await keep.ExecuteNonQueryAsync();
        var plan = new List<string>();
        await using (var explain = new NpgsqlCommand("explain " + Limited(50), connection, transaction))
        await using (var lines = await explain.ExecuteReaderAsync())
        {
            while (await lines.ReadAsync())
                plan.Add(lines.GetString(0));
        }

        plan.ShouldContain(line => line.Contains("scheduled_messages_due", StringComparison.Ordinal));
        plan.ShouldNotContain(line => line.Contains("Sort", StringComparison.Ordinal) || line.Contains("Seq Scan", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_session_that_moves_on_when_a_pass_has_begun_is_left_for_the_next()
    {
        var (moved, still) = (await node.Create(), await node.Create());
        await MakeDue();

        (await TakenWhileMoving(moved, countMax: 10)).ShouldBe([still.Id.Value]);

        (await node.Schedule.RunOnce(CancellationToken.None)).Taken.ShouldBe(2);
        await node.ShouldBeSound();
    }

    [Fact]
    public async Task What_is_left_makes_no_pass_smaller()
    {
        var moved = await node.Create();
        await MakeDue();
        for (var i = 0; i < 3; i++)
            await lapsing.Create();

        var taken = await TakenWhileMoving(moved, countMax: 3);

        taken.Count.ShouldBe(3);
        taken.ShouldNotContain(moved.Id.Value);
    }

    static string Limited(int countMax) =>
        Sql.TakeDueMessages.Replace("$1", countMax.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    /// <summary>
    /// Returns what a slow pass takes while a session moves on. A cursor sees the database as it was when the cursor
    /// was opened, and locks a row only when it is fetched.
    /// </summary>
    async Task<List<Guid>> TakenWhileMoving(SessionAddress moved, int countMax)
    {
        await using var connection = await node.Database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var begin = new NpgsqlCommand("declare pass cursor for " + Limited(countMax), connection, transaction))
            await begin.ExecuteNonQueryAsync();
        (await node.Send(moved, new KeepAlive())).ShouldBeAccepted();

        var taken = new List<Guid>();
        await using var fetch = new NpgsqlCommand("fetch all from pass", connection, transaction);
        await using var rows = await fetch.ExecuteReaderAsync();
        while (await rows.ReadAsync())
            taken.Add(rows.GetGuid(0));
        return taken;
    }

    Task MakeDue() => node.Run("update event_store.scheduled_messages set due_at = now()");
}
