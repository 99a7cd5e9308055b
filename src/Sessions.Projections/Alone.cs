using Npgsql;
using NpgsqlTypes;
using Sessions.Storage;

namespace Sessions.Projections;

/// <summary>Work that one node, or one command, does at a time. No row is locked for it, so nobody waits for it.</summary>
static class Alone
{
    static readonly string BeginAlone = Sql.Read("begin_alone");

    /// <summary>Whether nobody else does this; true until the connection's transaction ends, however long it is idle.</summary>
    public static async Task<bool> Begin(NpgsqlConnection connection, string what, CancellationToken cancellation)
    {
        await using var begin = new NpgsqlCommand(BeginAlone, connection).With(NpgsqlDbType.Text, what);
        return await begin.ExecuteScalarAsync(cancellation) is true;
    }
}
