using Npgsql;
using NpgsqlTypes;
using Sessions.Domain;

namespace Sessions.Storage;

/// <summary>Statements and their positional parameters, in the order of <c>$1, $2, …</c>.</summary>
public static class SqlParameters
{
    /// <summary>Adds a statement to a batch and returns it for its parameters.</summary>
    public static NpgsqlBatchCommand Add(this NpgsqlBatch batch, string sql)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var command = new NpgsqlBatchCommand(sql);
        batch.BatchCommands.Add(command);
        return command;
    }

    /// <summary>Adds the next parameter of a statement that stands alone.</summary>
    public static NpgsqlCommand With(this NpgsqlCommand command, NpgsqlDbType type, object? value)
    {
        ArgumentNullException.ThrowIfNull(command);
        command.Parameters.Add(Parameter(type, value));
        return command;
    }

    /// <summary>Adds the next parameter of a batch's statement.</summary>
    public static NpgsqlBatchCommand With(this NpgsqlBatchCommand command, NpgsqlDbType type, object? value)
    {
        ArgumentNullException.ThrowIfNull(command);
        command.Parameters.Add(Parameter(type, value));
        return command;
    }

    /// <summary>Adds an array as the next parameter: one statement for many rows.</summary>
    public static NpgsqlBatchCommand WithArray<T>(this NpgsqlBatchCommand command, NpgsqlDbType element, T[] values)
    {
        ArgumentNullException.ThrowIfNull(command);
        command.Parameters.Add(new NpgsqlParameter<T[]>
        {
            NpgsqlDbType = NpgsqlDbType.Array | element,
            TypedValue = values,
        });
        return command;
    }

    /// <summary>
    /// Adds the addresses of sessions as the next two parameters: ids, <c>uuid[]</c>, and owners, <c>text[]</c>.
    /// </summary>
    public static NpgsqlBatchCommand WithAddresses(this NpgsqlBatchCommand command, IReadOnlyList<SessionAddress> addresses) =>
        command.WithAddresses(addresses, static address => address);

    /// <summary>The same for rows that have an address each.</summary>
    public static NpgsqlBatchCommand WithAddresses<T>(
        this NpgsqlBatchCommand command, IReadOnlyList<T> rows, Func<T, SessionAddress> addressOf)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(addressOf);
        var (ids, owners) = (new Guid[rows.Count], new string[rows.Count]);
        for (var i = 0; i < ids.Length; i++)
        {
            var address = addressOf(rows[i]);
            (ids[i], owners[i]) = (address.Id.Value, address.Owner);
        }

        return command.WithArray(NpgsqlDbType.Uuid, ids).WithArray(NpgsqlDbType.Text, owners);
    }

    static NpgsqlParameter Parameter(NpgsqlDbType type, object? value) =>
        new() { NpgsqlDbType = type, Value = value ?? DBNull.Value };
}
