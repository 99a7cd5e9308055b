using Npgsql;
using Sessions.Projections.Following;
using Sessions.Storage.Log;

namespace Sessions.Projections.Seals;

/// <summary>How the log is sealed; configuration <c>Seals:*</c>.</summary>
public sealed record SealOptions
{
    /// <summary>How long an event may stay unsealed while fewer than <see cref="RunLength"/> events wait.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many events a seal covers at most. Once so many wait, all that wait are sealed.</summary>
    public int RunLength { get; init; } = 4096;

    /// <summary>The private key that seals are signed with, as PEM or as the name of its file; null for none.</summary>
    public string? SigningKey { get; init; }
}

/// <summary>
/// Seals the log behind its writers, run after run. It continues only from seals that it knows. Otherwise an attacker
/// who can write to the database but lacks the key could remove the seals and have a changed log signed. And once a
/// seal is signed, every later one must be. Otherwise the attacker could append an unsigned seal, and the next
/// signature would vouch for it.
/// </summary>
public sealed class Sealer(SealOptions options, SealKey? key) : ILogFollower
{
    /// <summary>Its name as a follower.</summary>
    public const string FollowerName = "seals";

    /// <summary>The newest seal that this node knows to be committed.</summary>
    Seal known = Seal.None;

    /// <summary>The newest seal that this node wrote, and the transaction that did so, which may have rolled back.</summary>
    (Seal Seal, ulong Transaction)? written;

    /// <summary>Whether any seal is signed; null until it was looked up.</summary>
    bool? isSigned;

    /// <inheritdoc/>
    public string Name => FollowerName;

    /// <inheritdoc/>
    public TimeSpan Patience => options.Interval;

    /// <inheritdoc/>
    public int Portion => options.RunLength;

    /// <summary>The public half of the key that it signs with, as PEM; null if it signs nothing.</summary>
    public string? PublicKey => key?.PublicKey;

    /// <summary>
    /// Seals all events, once they fill a run or the oldest has waited long enough. The last run may be a short one: what
    /// was left would be read again by every pass, until it fills another.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// The seals are not those that this node has seen; or seals are signed, and the newest one is not, or not as it
    /// says, or this node has no key.
    /// </exception>
    public async Task<int> Write(LogStretch stretch, ReadModelTables tables, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(stretch);
        ArgumentNullException.ThrowIfNull(tables);
        await MustBeKnown(tables.Connection, cancellation);
        var (newest, now) = await SealRows.FindNewest(tables.Connection, cancellation);
        await MustBeSigned(newest, tables.Connection, cancellation);
        known = newest;
        // The newest seal says how far the seals reach, so that a lost checkpoint starts no second chain.
        var dealtWith = stretch.Events.TakeWhile(logged => logged.Position <= newest.Last).Count();
        var unsealed = stretch.Events.Skip(dealtWith).ToArray();
        // An event whose time is damaged does not wait: its bytes are sealed, whatever they say.
        if (unsealed.Length < options.RunLength && unsealed.All(logged => now - logged.KnownAt < options.Interval))
            return dealtWith;

        foreach (var events in unsealed.Chunk(options.RunLength))
        {
            using var run = RunOf(events);
            newest = Seal.Over(run, newest, now, key);
            written = (newest, await SealRows.Append(tables.Connection, newest, cancellation));
            dealtWith += events.Length;
        }

        return dealtWith;
    }

    /// <summary>Only the database can tell whether the transaction of the last seal has committed.</summary>
    async Task MustBeKnown(NpgsqlConnection connection, CancellationToken cancellation)
    {
        if (written is { } last && await SealRows.HasCommitted(connection, last.Transaction, cancellation))
            known = last.Seal;
        written = null;
        if (known.Number > 0 && !await SealRows.IsThere(connection, known, cancellation))
        {
            throw new InvalidOperationException(
                $"Seal {known.Number} is not the one that this node has seen: the seals were cut off or recomputed. "
                + "This node seals nothing more; verify the record.");
        }
    }

    /// <summary>After signed seals, a node without a key stops, and so does one that finds the newest unsigned.</summary>
    async Task MustBeSigned(Seal newest, NpgsqlConnection connection, CancellationToken cancellation)
    {
        isSigned = newest.Signature is not null || (isSigned ?? await SealRows.AnyIsSigned(connection, cancellation));
        if (isSigned is false)
            return;
        if (newest.Signature is not { } signature)
        {
            throw new InvalidOperationException(
                $"Seal {newest.Number} is not signed, although one before it is: it was inserted. "
                + "This node seals nothing more; verify the record.");
        }

        if (key is null)
        {
            throw new InvalidOperationException(
                $"Seal {newest.Number} is signed, but this node has no key: it seals nothing more until Seals:SigningKey is set.");
        }

        if (signature.SignedBy.Span.SequenceEqual(key.Fingerprint.Span) && !key.HasSigned(newest))
        {
            throw new InvalidOperationException(
                $"Seal {newest.Number} says that this node's key has signed it, but it has not. "
                + "This node seals nothing more; verify the record.");
        }
    }

    static SealedRun RunOf(LoggedEvent[] events)
    {
        var run = new SealedRun();
        foreach (var logged in events)
            run.Add(logged.Position, logged.Content.Span);
        return run;
    }
}
