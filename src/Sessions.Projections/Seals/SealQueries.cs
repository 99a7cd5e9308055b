using Npgsql;

namespace Sessions.Projections.Seals;

/// <summary>Queries of the seals while servers run.</summary>
public sealed class SealQueries(NpgsqlDataSource database)
{
    /// <summary>The newest seal, or null if there is none yet.</summary>
    public async Task<Seal?> FindNewest()
    {
        await using var connection = await database.OpenConnectionAsync();
        var (seal, _) = await SealRows.FindNewest(connection, CancellationToken.None);
        return seal.Number == 0 ? null : seal;
    }
}
