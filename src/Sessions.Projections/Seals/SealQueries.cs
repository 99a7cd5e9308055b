using Npgsql;

namespace Sessions.Projections.Seals;

/// <summary>What can be asked of the seals while servers run.</summary>
public sealed class SealQueries(NpgsqlDataSource database)
{
    /// <summary>The newest seal, or null if there is none yet.</summary>
    public async Task<Seal?> FindNewest(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var (seal, _) = await SealRows.FindNewest(connection, cancellation);
        return seal.Number == 0 ? null : seal;
    }
}
