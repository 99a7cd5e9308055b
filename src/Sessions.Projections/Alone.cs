using Npgsql;
using NpgsqlTypes;
using Sessions.Storage;

namespace Sessions.Projections;

/// <summary>Work that only one node or command does at a time. It locks no row, so nothing else waits for it.</summary>
static class Alone
{
    /// <summary>
    /// Claims the work; false if another transaction has claimed it. The claim lasts until the connection's transaction
    /// ends, however long that is idle.
    /// </summary>
    public static async Task<bool> Begin(NpgsqlConnection connection, string what, CancellationToken cancellation)
    {
        await using var begin = new NpgsqlCommand(Sql.BeginAlone, connection).With(NpgsqlDbType.Text, what);
        return await begin.ExecuteScalarAsync(cancellation) is true;
    }
}
