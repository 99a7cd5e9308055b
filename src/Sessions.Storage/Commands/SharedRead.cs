using System.Runtime.InteropServices;
using Npgsql;

namespace Sessions.Storage.Commands;

/// <summary>
/// A query shared by callers who wait at the same time: one round trip answers them all, and a key that several of them
/// want is queried once. The query may write, if it is safe to repeat.
/// </summary>
/// <typeparam name="TKey">What one caller asks for.</typeparam>
/// <typeparam name="TResult">What that caller gets.</typeparam>
public sealed class SharedRead<TKey, TResult> : IAsyncDisposable
    where TKey : notnull
{
    /// <summary>While the callers of one batch get their answers, the database works on the next.</summary>
    const int BatchesMax = 2;

    readonly NpgsqlDataSource database;
    readonly Query query;
    readonly Lane<(TKey Key, TaskCompletionSource<TResult> Answer)> lane;

    /// <summary>Answers all keys, in their order.</summary>
    public delegate Task<TResult[]> Query(NpgsqlConnection connection, IReadOnlyList<TKey> keys);

    /// <summary>Opens the queue.</summary>
    public SharedRead(NpgsqlDataSource database, CommandOptions options, Query query)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.database = database;
        this.query = query;
        lane = new Lane<(TKey, TaskCompletionSource<TResult>)>(
            options.QueueLimit, options.BatchLimit, BatchesMax, Answer);
    }

    /// <summary>
    /// The answer for one key, read after this call began. The caller continues on the thread that has read, before the
    /// remaining callers are answered: slow work, such as disk access, belongs on another thread.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The queue is full, or the database cannot be reached.</exception>
    public Task<TResult> Read(TKey key)
    {
        var answer = new TaskCompletionSource<TResult>();
        if (!lane.TryAdd((key, answer)))
            throw new StoreUnavailableException("Too many reads are waiting.", outcomeUnknown: false);
        return answer.Task;
    }

    async Task Answer(IReadOnlyList<(TKey Key, TaskCompletionSource<TResult> Answer)> asked)
    {
        try
        {
            var (keys, places) = Distinct(asked);
            var results = await database.Ask(connection => query(connection, keys));
            // Answer here and not on another thread: the next batch then finds twice as many callers waiting, and no
            // thread has to be woken.
            for (var i = 0; i < asked.Count; i++)
                asked[i].Answer.TrySetResult(results[places[i]]);
        }
        catch (Exception error) when (asked.Count > 1 && error is not StoreUnavailableException)
        {
            // One row that cannot be read must not stop the others.
            var half = asked.Count / 2;
            await Answer([.. asked.Take(half)]);
            await Answer([.. asked.Skip(half)]);
        }
        catch (Exception error)
        {
            Answers.Give((asked, error), static failed =>
            {
                foreach (var one in failed.asked)
                    one.Answer.TrySetException(failed.error);
            });
        }
    }

    /// <summary>The distinct keys, and for each caller the index of its key among them.</summary>
    static (IReadOnlyList<TKey> Keys, int[] Places) Distinct(
        IReadOnlyList<(TKey Key, TaskCompletionSource<TResult> Answer)> asked)
    {
        var keys = new List<TKey>(asked.Count);
        var known = new Dictionary<TKey, int>(asked.Count);
        var places = new int[asked.Count];
        for (var i = 0; i < places.Length; i++)
        {
            ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(known, asked[i].Key, out var isKnown);
            if (!isKnown)
            {
                place = keys.Count;
                keys.Add(asked[i].Key);
            }

            places[i] = place;
        }

        return (keys, places);
    }

    /// <summary>Accepts no more reads, and waits until the accepted ones are answered.</summary>
    public ValueTask DisposeAsync() => lane.DisposeAsync();
}
