using System.Collections.Frozen;
using System.Security.Cryptography;
using Npgsql;
using NpgsqlTypes;

namespace Sessions.Storage.Access;

/// <summary>
/// The keys of data links, as far as this node knows them. They are stored in the database for all nodes, or in the
/// configuration. Signing queries nothing; only a key that this node does not know is looked up.
/// </summary>
public sealed class LinkKeys
{
    /// <summary>The least time between two lookups of unknown keys: forged links name unknown keys for free.</summary>
    public static readonly TimeSpan LookPause = TimeSpan.FromSeconds(1);

    readonly NpgsqlDataSource database;
    readonly LinkKeyOptions options;
    readonly TimeProvider clock;
    readonly Lock gate = new();
    volatile Known? known;
    Task? nextLook;
    long? lookedAt;

    /// <summary>The keys of a database, after those of the configuration if it has any.</summary>
    public LinkKeys(NpgsqlDataSource database, LinkKeyOptions options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        (this.database, this.options, this.clock) = (database, options, clock);
        if (options.Configured.Count > 0)
            known = Known.Of(options.Configured);
    }

    /// <summary>The key that signs now.</summary>
    /// <exception cref="StoreUnavailableException">None has been read from the database yet.</exception>
    public LinkKey Signing =>
        known?.Signing ?? throw new StoreUnavailableException("The keys of data links have not been read yet.", outcomeUnknown: false);

    /// <summary>
    /// The key of this id, or null if there is none. One that this node does not know is looked up, once per
    /// <see cref="LookPause"/> for all callers together: so an existing key is found, however many callers look for
    /// others.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The database cannot be reached.</exception>
    public async ValueTask<LinkKey?> Find(long id, CancellationToken cancellation)
    {
        if (known?.ById.GetValueOrDefault(id) is { } key)
            return key;

        await NextLook().WaitAsync(cancellation);
        return known?.ById.GetValueOrDefault(id);
    }

    /// <summary>
    /// Reads the database's keys, and adds the next one when the newest is older than a lifetime. Where keys are
    /// configured, none is added, and those in the database only verify.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The database cannot be reached.</exception>
    public async Task Refresh()
    {
        var (keys, isOld) = await Read();
        if (isOld && options.Configured.Count == 0)
        {
            await Add();
            (keys, _) = await Read();
        }

        known = Known.Of([.. options.Configured, .. keys]);
    }

    Task NextLook()
    {
        lock (gate)
            return nextLook ??= Look();
    }

    async Task Look()
    {
        // Never on the caller's stack: the caller holds the gate.
        await Task.Yield();
        if (lookedAt is { } last && LookPause - clock.GetElapsedTime(last) is { Ticks: > 0 } rest)
            await Task.Delay(rest, clock, CancellationToken.None);

        // From here on, a caller may look for a key that this lookup is too early to see.
        lock (gate)
            (nextLook, lookedAt) = (null, clock.GetTimestamp());
        await Refresh();
    }

    Task<(List<LinkKey> Keys, bool IsOld)> Read() =>
        database.Ask(
            async connection =>
            {
                await using var command = new NpgsqlCommand(Sql.ListLinkKeys, connection)
                    .With(NpgsqlDbType.Interval, options.Lifetime);
                await using var reader = await command.ExecuteReaderAsync();
                var (keys, isOld) = (new List<LinkKey>(), true);
                while (await reader.ReadAsync())
                {
                    keys.Add(new LinkKey(reader.GetFieldValue<byte[]>(0)));
                    isOld &= reader.GetBoolean(1);
                }

                return (keys, isOld);
            });

    Task Add() =>
        database.Ask(
            async connection =>
            {
                await using var command = new NpgsqlCommand(Sql.AddLinkKey, connection)
                    .With(NpgsqlDbType.Bytea, RandomNumberGenerator.GetBytes(LinkKey.SizeMin))
                    .With(NpgsqlDbType.Interval, options.Lifetime);
                return await command.ExecuteNonQueryAsync();
            },
            writes: true);

    sealed record Known(LinkKey Signing, FrozenDictionary<long, LinkKey> ById)
    {
        /// <summary>These keys, of which there is at least one; the first signs.</summary>
        public static Known Of(IReadOnlyList<LinkKey> keys) =>
            new(keys[0], keys.DistinctBy(key => key.Id).ToFrozenDictionary(key => key.Id));
    }
}
