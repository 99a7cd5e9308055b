using Npgsql;

namespace Sessions.Storage.Commands;

/// <summary>Writes that count as done only once the synchronous standbys, if the database has any, have them.</summary>
static class Confirmation
{
    /// <summary>
    /// Sends a write together with its commit. When the wait for a standby is canceled, by another session or by this
    /// node's own timeout, PostgreSQL reports success and warns. Nothing else in a write of commands makes it warn.
    /// </summary>
    /// <returns>The warning, or null. After a warning, nobody knows whether a standby has the commit.</returns>
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
