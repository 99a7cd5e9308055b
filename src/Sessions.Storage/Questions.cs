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
        return await Ask().WaitAsync(cancellation);

        async Task<T> Ask()
        {
            // Where there are several hosts, to open is to ask: so that has no token either.
            await using var connection = await database.OpenConnectionAsync(CancellationToken.None);
            cancellation.ThrowIfCancellationRequested();
            return await question(connection);
        }
    }
}
