using Npgsql;

namespace Sessions.Storage;

/// <summary>
/// Statements outside of a batch. A restarted database leaves broken connections behind in the pool,
/// so a statement that finds one is tried again on a new one: it must be one that may be repeated. It goes on to
/// its end, whoever has gone meanwhile.
/// </summary>
static class Reach
{
    const int AttemptsMax = 3;

    /// <exception cref="StoreUnavailableException">The database cannot be reached.</exception>
    public static async Task<T> Ask<T>(
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
}
