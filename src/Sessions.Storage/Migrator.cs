using System.Reflection;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace Sessions.Storage;

/// <summary>
/// Brings a database to the schema that this program knows: numbered files, embedded, forward only,
/// each in its own transaction. Whichever node comes first does it; the others wait for the lock.
/// </summary>
public sealed partial class Migrator(
    NpgsqlDataSource database, IReadOnlyList<Assembly> sources, ILogger<Migrator> log)
{
    readonly (string Name, string Text)[] migrations =
    [
        .. sources
            .SelectMany(source => source.GetManifestResourceNames()
                .Where(name => char.IsAsciiDigit(name[0]))
                .Select(name => Path.GetFileNameWithoutExtension(name))
                .Select(name => (name, SqlFile.Read(source, name))))
            .OrderBy(migration => migration.name, StringComparer.Ordinal),
    ];

    /// <summary>Applies the missing migrations. Applying them again does nothing.</summary>
    /// <exception cref="PostgresException">
    /// <see cref="PostgresErrorCodes.LockNotAvailable"/>: another transaction held a table for too long. Migrations
    /// applied before stay.
    /// </exception>
    public async Task Migrate(CancellationToken cancellation)
    {
        foreach (var (name, text) in migrations)
        {
            await using var connection = await database.OpenConnectionAsync(cancellation);
            await using var transaction = await connection.BeginTransactionAsync(cancellation);
            await Run(connection, Sql.PrepareMigrations, cancellation);
            if ((await Applied(connection, cancellation)).Contains(name))
                continue;

            await Run(connection, text, cancellation);
            await using (var record = new NpgsqlCommand(Sql.RecordMigration, connection).With(NpgsqlDbType.Text, name))
                await record.ExecuteNonQueryAsync(cancellation);
            await transaction.CommitAsync(cancellation);
            LogApplied(name);
        }

        await using var last = await database.OpenConnectionAsync(cancellation);
        await Run(last, Sql.BeginEpoch, cancellation);
    }

    /// <summary>The migrations that this database lacks, in order. Additional ones that it has are no fault.</summary>
    public async Task<IReadOnlyList<string>> FindMissing(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var applied = await Applied(connection, cancellation);
        return [.. migrations.Select(migration => migration.Name).Where(name => !applied.Contains(name))];
    }

    static async Task<HashSet<string>> Applied(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        await using (var exists = new NpgsqlCommand(Sql.MigrationsExist, connection))
        {
            if (await exists.ExecuteScalarAsync(cancellation) is not true)
                return names;
        }

        await using var command = new NpgsqlCommand(Sql.AppliedMigrations, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            names.Add(reader.GetString(0));
        return names;
    }

    static async Task Run(NpgsqlConnection connection, string statements, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(statements, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellation);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Applied migration {Name}")]
    partial void LogApplied(string name);
}
