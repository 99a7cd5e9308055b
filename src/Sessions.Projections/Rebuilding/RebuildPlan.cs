using Npgsql;
using NpgsqlTypes;
using Sessions.Storage;

namespace Sessions.Projections.Rebuilding;

/// <summary>The statements of a rebuild, which the database generates from the live table.</summary>
sealed class RebuildPlan
{
    readonly ILookup<string, string> statements;

    RebuildPlan(ILookup<string, string> statements) => this.statements = statements;

    public static async Task<RebuildPlan> Make(NpgsqlConnection connection, string table, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(Sql.PlanRebuild, connection).With(NpgsqlDbType.Text, table);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<(string Step, string Statement)>();
        while (await reader.ReadAsync(cancellation))
            rows.Add((reader.GetString(0), reader.GetString(1)));
        return new RebuildPlan(rows.ToLookup(row => row.Step, row => row.Statement, StringComparer.Ordinal));
    }

    /// <summary>Creates an empty table beside the live one, and drops what a crashed rebuild has left.</summary>
    public Task Begin(NpgsqlConnection connection, CancellationToken cancellation) => Run("begin", connection, cancellation);

    /// <summary>Builds its indexes except the key: over a full table that takes a fraction of the time.</summary>
    public Task Index(NpgsqlConnection connection, CancellationToken cancellation) => Run("index", connection, cancellation);

    /// <summary>Swaps it for the live one, in the connection's transaction.</summary>
    public Task Swap(NpgsqlConnection connection, CancellationToken cancellation) => Run("swap", connection, cancellation);

    /// <summary>What differs between the two, up to the event of this number.</summary>
    public async Task<RebuildDifferences> Compare(NpgsqlConnection connection, long events, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(statements["compare"].Single(), connection) { CommandTimeout = 0 }
            .With(NpgsqlDbType.Bigint, events);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return new RebuildDifferences(
            reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2),
            await reader.IsDBNullAsync(3, cancellation) ? null : reader.GetString(3));
    }

    /// <summary>Rows of the live one after the last event: the comparison omits them, and they belong to no event.</summary>
    public async Task<RebuildDifferences> FindAhead(NpgsqlConnection connection, long events, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(statements["ahead"].Single(), connection).With(NpgsqlDbType.Bigint, events);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return new RebuildDifferences(
            Missing: 0, reader.GetInt64(0), Different: 0, await reader.IsDBNullAsync(1, cancellation) ? null : reader.GetString(1));
    }

    async Task Run(string step, NpgsqlConnection connection, CancellationToken cancellation)
    {
        foreach (var statement in statements[step])
        {
            await using var command = new NpgsqlCommand(statement, connection) { CommandTimeout = 0 };
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }
}
