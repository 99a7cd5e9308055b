using Npgsql;

namespace Sessions.Storage;

/// <summary>
/// Questions whose callers may give up. Whoever does so while he waits for a connection is left out; later, he is no longer
/// waited for, and the statement goes on to its end by itself: <see cref="Database"/> says why.
/// </summary>
public static class Questions
{
    /// <summary>Puts a question, on a connection of its own.</summary>
    /// <param name="database">To whom.</param>
    /// <param name="question">Asks and reads, without a token.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<T> Put<T>(
        this NpgsqlDataSource database, Func<NpgsqlConnection, Task<T>> question, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(question);
        var connection = await database.OpenConnectionAsync(cancellation);
        return await Ask().WaitAsync(cancellation);

        async Task<T> Ask()
        {
            await using (connection)
                return await question(connection);
        }
    }
}
