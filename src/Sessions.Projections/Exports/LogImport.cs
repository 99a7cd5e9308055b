using Npgsql;
using Sessions.Domain;
using Sessions.Storage.Log;
using Sessions.Storage.Streams;

namespace Sessions.Projections.Exports;

/// <summary>
/// Imports an exported file into a database, all of it or nothing. Streams stay the same: ids, versions, times, data,
/// metadata; so do states, the list, and what the sessions wait for. Their positions in the log are new.
/// </summary>
public static class LogImport
{
    /// <summary>How many events are written at a time.</summary>
    const int BatchSize = 2000;

    /// <summary>Imports a file.</summary>
    /// <returns>How many events.</returns>
    /// <exception cref="FormatException">The file is incomplete, or a line is damaged.</exception>
    /// <exception cref="InvalidOperationException">A stream exists already, or the file has only a part of it.</exception>
    public static async Task<long> Read(
        string path, NpgsqlDataSource database, LeasePolicy policy, IProgress<long>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(database);
        await using var file = await ExportFile.Open(path, cancellation);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var (count, seals, batch) = (0L, 0L, new List<LoggedEvent>(BatchSize));
        await foreach (var (number, logged, seal, fault) in file.Lines(cancellation))
        {
            if (fault is not null)
                throw new FormatException($"Line {number}: {fault.TrimEnd('.')}.");
            if (seal is not null)
            {
                seals++;
                continue;
            }

            batch.Add(logged!);
            if (batch.Count == BatchSize)
                await Flush();
        }

        await Flush();
        if (file.Compare(count, seals) is { } differs)
            throw new FormatException(differs.Says);
        await transaction.CommitAsync(cancellation);
        return count;

        async Task Flush()
        {
            if (batch.Count > 0)
                await StreamImport.Append(connection, batch, policy, SessionList.Project, cancellation);
            count += batch.Count;
            batch.Clear();
            progress?.Report(count);
        }
    }
}
