using System.Collections.Concurrent;
using Npgsql;
using NpgsqlTypes;
using Sessions.Domain;
using Sessions.Storage.Commands;

namespace Sessions.Storage;

/// <summary>
/// The SHA-256 of versions of files, stored for all nodes. A version's checksum never changes, so a node remembers what
/// it has read and does not query it again.
/// </summary>
public sealed class Checksums(NpgsqlDataSource database, CommandOptions options) : IAsyncDisposable
{
    /// <summary>How many checksums a node remembers, some 200 bytes each.</summary>
    public const int RememberedMax = 16_384;

    readonly SharedRead<IReadOnlyList<FileVersion>, byte[]?[]> finds = new(database, options, FindAll);
    readonly ConcurrentDictionary<FileVersion, byte[]> remembered = new();

    /// <summary>The checksums of these versions, in their order; null for one that is not known.</summary>
    /// <exception cref="StoreUnavailableException">The database cannot be reached.</exception>
    public async ValueTask<byte[]?[]> Find(IReadOnlyList<FileVersion> versions)
    {
        ArgumentNullException.ThrowIfNull(versions);
        var found = new byte[]?[versions.Count];
        var unknown = new List<int>();
        for (var i = 0; i < found.Length; i++)
        {
            if (remembered.TryGetValue(versions[i], out var checksum))
                found[i] = checksum;
            else
                unknown.Add(i);
        }

        if (unknown.Count == 0)
            return found;

        var read = await finds.Read([.. unknown.Select(place => versions[place])]);
        foreach (var (place, checksum) in unknown.Zip(read))
        {
            found[place] = checksum;
            if (checksum is not null)
                Remember(versions[place], checksum);
        }

        return found;
    }

    /// <summary>Stores a checksum. If another node has stored it meanwhile, nothing is left to do.</summary>
    /// <exception cref="StoreUnavailableException">The database cannot be reached.</exception>
    public Task Keep(FileVersion version, byte[] sha256) =>
        database.Ask(
            async connection =>
            {
                await using var command = new NpgsqlCommand(Sql.AddChecksum, connection)
                    .With(NpgsqlDbType.Uuid, version.ItemId)
                    .With(NpgsqlDbType.Text, version.File.Name)
                    .With(NpgsqlDbType.Bigint, version.File.Size)
                    .With(NpgsqlDbType.TimestampTz, version.File.ModifiedAt)
                    .With(NpgsqlDbType.Bytea, sha256);
                return await command.ExecuteNonQueryAsync();
            },
            writes: true);

    /// <summary>A full memory is cleared: reading again costs a query, and keeping count of uses would cost more.</summary>
    void Remember(FileVersion version, byte[] checksum)
    {
        if (remembered.Count >= RememberedMax)
            remembered.Clear();
        remembered[version] = checksum;
    }

    static async Task<byte[]?[][]> FindAll(NpgsqlConnection connection, IReadOnlyList<IReadOnlyList<FileVersion>> asked)
    {
        FileVersion[] versions = [.. asked.SelectMany(one => one).Distinct()];
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(Sql.FindChecksums)
            .WithArray(NpgsqlDbType.Uuid, Array.ConvertAll(versions, version => version.ItemId))
            .WithArray(NpgsqlDbType.Text, Array.ConvertAll(versions, version => version.File.Name))
            .WithArray(NpgsqlDbType.Bigint, Array.ConvertAll(versions, version => version.File.Size))
            .WithArray(NpgsqlDbType.TimestampTz, Array.ConvertAll(versions, version => version.File.ModifiedAt));

        var found = new Dictionary<FileVersion, byte[]>();
        await using (var reader = await batch.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
                found[versions[(int)reader.GetInt64(0) - 1]] = reader.GetFieldValue<byte[]>(1);
        }

        return [.. asked.Select(one => one.Select(version => found.GetValueOrDefault(version)).ToArray())];
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => finds.DisposeAsync();
}
