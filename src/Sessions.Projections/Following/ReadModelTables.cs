using Npgsql;

namespace Sessions.Projections.Following;

/// <summary>Where read models are written: the live tables, or those that a rebuild fills beside them.</summary>
/// <param name="Connection">The connection, within a transaction.</param>
/// <param name="Schema">The schema of the tables.</param>
public sealed record ReadModelTables(NpgsqlConnection Connection, string Schema = ReadModelTables.LiveSchema)
{
    /// <summary>The schema of the tables that queries read. The statements in the .sql files name it.</summary>
    public const string LiveSchema = "read_models";

    /// <summary>The statement, with its tables replaced by these.</summary>
    public string Of(string statement)
    {
        ArgumentNullException.ThrowIfNull(statement);
        return Schema == LiveSchema ? statement : statement.Replace(LiveSchema + ".", Schema + ".", StringComparison.Ordinal);
    }
}
