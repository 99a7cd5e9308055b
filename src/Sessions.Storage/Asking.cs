using Npgsql;

namespace Sessions.Storage;

/// <summary>
/// Statements outside of a batch. Each goes on to its end, whoever has gone meanwhile: <see cref="Database"/> says why.
/// </summary>
public static class Asking
{
    const int AttemptsMax = 3;

    /// <summary>
    /// Asks, and asks again: a restarted database leaves broken connections behind in the pool. So it must be something that
    /// may be repeated.
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
    /// Asks once, for a caller who may give up. Whoever does so while he waits for a connection is left out; later, he is no
    /// longer waited for.
    /// </summary>
    /// <param name="database">Whom.</param>
    /// <param name="ask">Asks and reads, without a token.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<T> AskOnce<T>(
        this NpgsqlDataSource database, Func<NpgsqlConnection, Task<T>> ask, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(ask);
        return await Begin().WaitAsync(cancellation);

        async Task<T> Begin()
        {
            // Where there are several hosts, to open is to ask: so that has no token either.
            await using var connection = await database.OpenConnectionAsync(CancellationToken.None);
            cancellation.ThrowIfCancellationRequested();
            return await ask(connection);
        }
    }
}
