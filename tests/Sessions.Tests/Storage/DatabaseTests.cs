using Sessions.Storage;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Storage;

/// <summary>The settings that the store counts on in each of its connections.</summary>
public sealed class DatabaseTests(TestPostgres postgres) : IAsyncLifetime
{
    Node node = null!;

    public async ValueTask InitializeAsync() => node = new Node(await postgres.CreateDatabase());

    public ValueTask DisposeAsync() => node.DisposeAsync();

    /// <summary>
    /// Of few users with many sessions each, the estimate for a list is so high that PostgreSQL would
    /// compile it, for milliseconds, to read ten rows.
    /// </summary>
    [Fact]
    public async Task No_statement_is_compiled() => (await node.Ask<string>("show jit")).ShouldBe("off");

    [Fact]
    public async Task Statements_are_planned_once_and_not_for_each_length_of_an_array() =>
        (await node.Ask<string>("show plan_cache_mode")).ShouldBe("force_generic_plan");

    [Fact]
    public async Task Who_only_reads_may_rest_in_the_middle_of_it()
    {
        await using var reading = Database.OpenReadOnly(node.ConnectionString);
        await using var shown = reading.CreateCommand("show idle_in_transaction_session_timeout");

        (await shown.ExecuteScalarAsync()).ShouldBe("0");
    }
}
