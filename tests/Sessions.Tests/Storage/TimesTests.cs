using Npgsql;
using Sessions.Projections.Rebuilding;
using Sessions.Tests.Fixtures;
using Sessions.Tests.Projections;
using Sessions.Tests.Record;

namespace Sessions.Tests.Storage;

public sealed class TimesTests(TestPostgres postgres)
{
    /// <summary>
    /// One such row would stop every reader of the table: a page of the record, the schedule, the seals.
    /// </summary>
    [Theory]
    [InlineData("event_store.events", "recorded_at")]
    [InlineData("event_store.scheduled_messages", "due_at")]
    [InlineData("event_store.seals", "sealed_at")]
    [InlineData("read_models.audit_trail", "at")]
    [InlineData("read_models.activity", "minute")]
    public async Task No_time_is_let_in_that_a_client_does_not_know(string table, string column)
    {
        await using var node = new Node(await postgres.CreateDatabase());
        await node.LiveALittle();
        await node.Seal();
        await node.Follow();
        foreach (var model in ReadModel.All.Values)
            await new Rebuild(node.Database, model).Run(CancellationToken.None);

        foreach (var time in new[] { "infinity", "-infinity", "0044-03-15 BC", "9000-01-01" })
        {
            (await Should.ThrowAsync<PostgresException>(() => node.Run($"update {table} set {column} = '{time}'")))
                .SqlState.ShouldBe(PostgresErrorCodes.CheckViolation, time);
        }
    }
}
