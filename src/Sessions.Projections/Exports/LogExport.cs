using System.Buffers;
using System.Data;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Sessions.Domain;
using Sessions.Projections.Seals;
using Sessions.Projections.Verification;
using Sessions.Storage.Log;
using Sessions.Storage.Streams;

namespace Sessions.Projections.Exports;

/// <summary>Writes events into a file: a line each, and the manifest as the last.</summary>
public static class LogExport
{
    /// <summary>How many bytes are collected before they are written.</summary>
    const int ChunkSize = 256 * 1024;

    /// <summary>How many events lie between two reports of progress.</summary>
    const int ProgressStep = 16_384;

    /// <summary>Exports the log as it is at this moment, as far as it can no longer change.</summary>
    /// <param name="database">Where the log is.</param>
    /// <param name="filter">Which events.</param>
    /// <param name="isMasked">Whether personal fields are replaced.</param>
    /// <param name="output">Gets the lines.</param>
    /// <param name="progress">Gets the number of events written so far.</param>
    /// <param name="cancellation">Cancels the call.</param>
    public static async Task<ExportManifest> Write(
        NpgsqlDataSource database, ExportFilter filter, bool isMasked, Stream output, IProgress<long>? progress,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(output);
        // The seals' snapshot is taken before the log's, so an event that a seal covers is there, or was removed.
        await using var sealConnection = await database.OpenConnectionAsync(cancellation);
        var (newest, now) = await SealRows.FindNewest(sealConnection, cancellation);
        var isWhole = filter.IsNone && !isMasked;
        await using var seals = (isWhole ? SealRows.All(sealConnection, cancellation) : AsyncEnumerable.Empty<Seal>()).GetAsyncEnumerator(cancellation);
        var isSealed = await seals.MoveNextAsync();
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var moment = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        using var masking = new Masking();
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var lines = new ArrayBufferWriter<byte>(ChunkSize * 2);
        var (count, sealCount) = (0L, 0L);
        LogPosition? first = null, last = null;
        await foreach (var logged in Events(connection, filter, cancellation))
        {
            for (; isSealed && logged.Position > seals.Current.Last; isSealed = await seals.MoveNextAsync())
                WriteSeal(seals.Current);
            EventLine.Write(lines, isMasked ? masking.Mask(logged) : logged);
            lines.Write("\n"u8);
            (first, last) = (first ?? logged.Position, logged.Position);
            if (++count % ProgressStep == 0)
                progress?.Report(count);
            if (lines.WrittenCount >= ChunkSize)
                await Flush();
        }

        for (; isSealed; isSealed = await seals.MoveNextAsync())
            WriteSeal(seals.Current);
        await Flush();
        var manifest = new ExportManifest(
            count, first, last, isMasked ? masking.Mask(filter) : filter, isMasked, now, Convert.ToHexStringLower(digest.GetHashAndReset()),
            newest.Number == 0 ? null : new SealHead(newest.Number, Convert.ToHexStringLower(newest.Hash.Span)), sealCount);
        await output.WriteAsync(Encoding.UTF8.GetBytes(manifest.ToLine() + "\n"), cancellation);
        await output.FlushAsync(cancellation);
        return manifest;

        void WriteSeal(Seal seal)
        {
            newest = seal;
            sealCount++;
            lines.Write(Encoding.UTF8.GetBytes(SealJson.ToLine(seal) + "\n"));
        }

        async Task Flush()
        {
            digest.AppendData(lines.WrittenSpan);
            await output.WriteAsync(lines.WrittenMemory, cancellation);
            lines.ResetWrittenCount();
        }
    }

    /// <summary>A single session is read by its key; with any other filter the whole log is read.</summary>
    static async IAsyncEnumerable<LoggedEvent> Events(
        NpgsqlConnection connection, ExportFilter filter,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        if (filter.Session is { } session)
        {
            var addresses = await StoredSessions.AddressesOf(connection, new SessionId(session), cancellation);
            foreach (var stored in await StoredSessions.Read(connection, addresses, cancellation))
            {
                foreach (var logged in stored.Events.Where(filter.Fits))
                    yield return logged;
            }

            yield break;
        }

        await using var rows = await LogCopy.After(connection, LogPosition.Start, countMax: null, cancellation);
        while (await rows.Read(cancellation))
        {
            if (rows.TakeEvent() is var logged && filter.Fits(logged))
                yield return logged;
        }
    }
}
