using Npgsql;

namespace Sessions.Tests.Fixtures;

/// <summary>
/// Another client of the same PostgreSQL, which has a transaction open nearly all the time. The log is read below the
/// oldest open transaction of all databases. A test that reads at once instead of waiting therefore fails nearly
/// always, and not just once a month.
/// </summary>
sealed class OpenNeighbour : IAsyncDisposable
{
    const string HoldTheLogBack = "begin; select pg_current_xact_id(); select pg_sleep(0.4); commit";

    readonly CancellationTokenSource end = new();
    readonly Task life;

    public OpenNeighbour(string connectionString) => life = Live(connectionString + ";Pooling=false");

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await life;
        end.Dispose();
    }

    async Task Live(string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        while (!end.IsCancellationRequested)
        {
            await using var command = new NpgsqlCommand(HoldTheLogBack, connection);
            await command.ExecuteNonQueryAsync();
        }
    }
}
