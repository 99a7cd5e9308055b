using Npgsql;

namespace Sessions.Tests.Fixtures;

/// <summary>A transaction beside the node's own, which stays open for as long as the test wants.</summary>
sealed class OpenTransaction : IAsyncDisposable
{
    readonly NpgsqlConnection connection;
    readonly NpgsqlTransaction transaction;

    OpenTransaction(NpgsqlConnection connection, NpgsqlTransaction transaction) =>
        (this.connection, this.transaction) = (connection, transaction);

    public int ProcessId => connection.ProcessID;

    public static async Task<OpenTransaction> Begin(string connectionString, string application = "a test")
    {
        var own = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(connectionString) { ApplicationName = application, Pooling = false }
                .ConnectionString);
        await own.OpenAsync();
        return new OpenTransaction(own, await own.BeginTransactionAsync());
    }

    public async Task Run(string statement)
    {
        await using var command = new NpgsqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync();
    }

    public Task Commit() => transaction.CommitAsync();

    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }
}
