using Npgsql;
using Sessions.Domain;
using Sessions.Projections.Seals;
using Sessions.Storage.Log;

namespace Sessions.Projections.Verification;

/// <summary>What was verified.</summary>
/// <param name="Events">How many events.</param>
/// <param name="Unsealed">Of these, how many no seal covers yet: the newest ones.</param>
/// <param name="Newest">The newest seal; <see cref="Seal.None"/> if there is none.</param>
/// <param name="HasSignatures">Whether any seal is signed.</param>
public sealed record SealReport(long Events, long Unsealed, Seal Newest, bool HasSignatures);

/// <summary>Compares the whole log with its seals, in one pass, in memory that does not grow.</summary>
public static class SealVerification
{
    /// <summary>How many events lie between two reports of progress.</summary>
    const int ProgressStep = 16_384;

    /// <summary>Verifies the log as it is at this moment; reports each difference as it is found.</summary>
    public static async Task<SealReport> Verify(
        NpgsqlDataSource database, PublicKeys? keys, SealHead? head, Action<Difference> tell, IProgress<long>? progress,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(database);
        var chain = new SealChain(keys, head, tell);
        // The seals' snapshot is taken before the log's, so an event that a seal covers is there, or was removed.
        await using var sealConnection = await database.OpenConnectionAsync(cancellation);
        await using var seals = SealRows.All(sealConnection, cancellation).GetAsyncEnumerator(cancellation);
        var isSealed = await seals.MoveNextAsync();

        await using var logConnection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await logConnection.BeginTransactionAsync(cancellation);
        await using var rows = await LogCopy.After(logConnection, LogPosition.Start, countMax: null, cancellation);
        using var run = new SealedRun();
        var (events, unsealed) = (0L, 0L);
        var hasRow = await rows.Read(cancellation);
        for (; isSealed; isSealed = await seals.MoveNextAsync())
        {
            var seal = seals.Current;
            // Events that a missing seal covered are skipped: they look like events that were never sealed.
            var isNext = chain.Add(seal);
            while (!isNext && hasRow && rows.Position < seal.First)
                hasRow = await Next();
            run.Clear();
            for (; hasRow && rows.Position <= seal.Last; hasRow = await Next())
                run.Add(rows.Position, rows.Content);
            RunComparison.Compare(seal, run, tell);
        }

        for (; hasRow; hasRow = await Next())
            unsealed++;
        chain.Finish(events);
        await rows.DisposeAsync();
        await TellAhead(logConnection, tell, cancellation);
        return new SealReport(events, unsealed, chain.Newest, chain.HasSignatures);

        ValueTask<bool> Next()
        {
            if (++events % ProgressStep == 0)
                progress?.Report(events);
            return rows.Read(cancellation);
        }
    }

    /// <summary>Reports events ahead of the log, where an attacker could hide them from every seal for any time.</summary>
    static async Task TellAhead(NpgsqlConnection connection, Action<Difference> tell, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(Sql.FindEventsAhead, connection) { CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation))
            return;
        var address = new SessionAddress(new SessionId(reader.GetGuid(1)), reader.GetString(2));
        var (count, version) = (reader.GetInt64(0), reader.GetInt32(3));
        tell(Difference.Of(
            DifferenceKind.EventInserted, address,
            $"{count} events lie ahead of the log, under transactions that have not begun; "
            + $"the first is version {version} of session {address.Id} of {address.Owner}.")
            with { Version = version, Position = reader.GetInt64(4) });
    }
}
