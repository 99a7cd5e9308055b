using System.Runtime.CompilerServices;
using Npgsql;
using NpgsqlTypes;
using Sessions.Storage;
using Sessions.Storage.Log;

namespace Sessions.Projections.Seals;

/// <summary>Rows of <c>seals</c>.</summary>
static class SealRows
{
    /// <summary>The newest seal, <see cref="Seal.None"/> if there is none, and the database's time.</summary>
    public static async Task<(Seal Seal, DateTimeOffset Now)> FindNewest(
        NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(Sql.NewestSeal, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        var now = reader.GetFieldValue<DateTimeOffset>(0);
        return (await reader.IsDBNullAsync(1, cancellation) ? Seal.None : Read(reader, firstColumn: 1), now);
    }

    /// <summary>Whether this seal exists, with this hash.</summary>
    public static async Task<bool> IsThere(NpgsqlConnection connection, Seal seal, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(Sql.FindSeal, connection)
            .With(NpgsqlDbType.Bigint, seal.Number)
            .With(NpgsqlDbType.Bytea, seal.Hash.ToArray());
        return await command.ExecuteScalarAsync(cancellation) is true;
    }

    /// <summary>Whether any seal is signed. Reads all of them if none is.</summary>
    public static async Task<bool> AnyIsSigned(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(Sql.FindSignedSeal, connection);
        return await command.ExecuteScalarAsync(cancellation) is true;
    }

    /// <summary>Whether a transaction has committed.</summary>
    public static async Task<bool> HasCommitted(
        NpgsqlConnection connection, ulong transaction, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(Sql.HasCommitted, connection).With(NpgsqlDbType.Xid8, transaction);
        return await command.ExecuteScalarAsync(cancellation) is true;
    }

    /// <summary>Adds a seal. Fails if another transaction has already used its number.</summary>
    /// <returns>The id of the transaction.</returns>
    public static async Task<ulong> Append(NpgsqlConnection connection, Seal seal, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(Sql.AddSeal, connection)
            .With(NpgsqlDbType.Bigint, seal.Number)
            .With(NpgsqlDbType.TimestampTz, seal.SealedAt)
            .With(NpgsqlDbType.Integer, seal.First.Epoch)
            .With(NpgsqlDbType.Xid8, seal.First.Transaction)
            .With(NpgsqlDbType.Bigint, seal.First.Number)
            .With(NpgsqlDbType.Integer, seal.Last.Epoch)
            .With(NpgsqlDbType.Xid8, seal.Last.Transaction)
            .With(NpgsqlDbType.Bigint, seal.Last.Number)
            .With(NpgsqlDbType.Integer, seal.Count)
            .With(NpgsqlDbType.Bytea, seal.Previous.ToArray())
            .With(NpgsqlDbType.Bytea, seal.Digest.ToArray())
            .With(NpgsqlDbType.Bytea, seal.Hash.ToArray())
            .With(NpgsqlDbType.Bytea, seal.Signature?.SignedBy.ToArray())
            .With(NpgsqlDbType.Bytea, seal.Signature?.Value.ToArray())
            .With(NpgsqlDbType.Bytea, seal.Entries.ToArray());
        return (ulong)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>Streams all seals in their order, as they were at one moment.</summary>
    public static async IAsyncEnumerable<Seal> All(
        NpgsqlConnection connection, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(Sql.ReadSeals, connection) { CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            yield return Read(reader, firstColumn: 0);
    }

    static Seal Read(NpgsqlDataReader reader, int firstColumn)
    {
        return new Seal(
            reader.GetInt64(firstColumn),
            Position(firstColumn + 2),
            Position(firstColumn + 5),
            reader.GetInt32(firstColumn + 8),
            reader.GetFieldValue<DateTimeOffset>(firstColumn + 1),
            Bytes(9)!, Bytes(10)!, Bytes(14)!)
        {
            Hash = Bytes(11)!,
            Signature = Bytes(12) is { } signedBy ? new SealSignature(signedBy, Bytes(13)!) : null,
        };

        LogPosition Position(int column) =>
            new(reader.GetInt32(column), reader.GetFieldValue<ulong>(column + 1), reader.GetInt64(column + 2));

        byte[]? Bytes(int column) =>
            reader.IsDBNull(firstColumn + column) ? null : reader.GetFieldValue<byte[]>(firstColumn + column);
    }
}
