using Npgsql;

namespace Sessions.Storage.Commands;

/// <summary>Writes that count as done only when synchronous standbys have them, where the database has any.</summary>
static class Confirmation
{
    /// <summary>
    /// Sends a write, and its commit with it. When somebody, at a timeout this node itself, cancels the wait for a
    /// standby, PostgreSQL says that it is done, and warns. Nothing else in a write of commands gives it cause to.
    /// </summary>
    /// <returns>The warning, if there was one: nobody knows whether a standby has the commit.</returns>
    public static async Task<PostgresException?> Confirm(this NpgsqlBatch batch)
    {
        PostgresException? warning = null;
        batch.Connection!.Notice += (_, heard) =>
        {
            if (heard.Notice is { InvariantSeverity: "WARNING" } said)
                warning = new PostgresException(said.MessageText, said.Severity, said.InvariantSeverity, said.SqlState);
        };
        await batch.ExecuteNonQueryAsync();
        return warning;
    }
}
