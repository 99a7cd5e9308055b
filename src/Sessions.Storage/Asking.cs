using Npgsql;

namespace Sessions.Storage;

/// <summary>
/// Runs statements outside of a batch. Each runs to its end, even if its caller has gone; see <see cref="Database"/>.
/// </summary>
public static class Asking
{
    const int AttemptsMax = 3;

    /// <summary>
    /// Runs a query, and runs it again on failure: a restarted database leaves broken connections in the pool. The query
    /// must therefore be safe to repeat.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The database cannot be reached.</exception>
    internal static async Task<T> Ask<T>(
        this NpgsqlDataSource database, Func<NpgsqlConnection, Task<T>> ask, bool writes = false)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var connection = await database.OpenConnectionAsync();
                return await ask(connection);
            }
            catch (Exception broken) when (Failure.IsOfDatabase(broken))
            {
                database.Clear();
                if (attempt == AttemptsMax)
                    throw new StoreUnavailableException("The database cannot be reached.", outcomeUnknown: writes, broken);
            }
        }
    }

    /// <summary>
    /// Runs a query once, for a caller who may give up. If it gives up before a connection is open, the query is not
    /// sent; later, the query runs to its end without it.
    /// </summary>
    /// <param name="database">The database to query.</param>
    /// <param name="ask">Sends the query and reads the result, without a token.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<T> AskOnce<T>(
        this NpgsqlDataSource database, Func<NpgsqlConnection, Task<T>> ask, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(ask);
        return await Begin().WaitAsync(cancellation);

        async Task<T> Begin()
        {
            // With several hosts, opening a connection sends a query too, so it gets no token either.
            await using var connection = await database.OpenConnectionAsync(CancellationToken.None);
            cancellation.ThrowIfCancellationRequested();
            return await ask(connection);
        }
    }
}
