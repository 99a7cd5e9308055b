namespace Sessions.Bench;

/// <summary>What one node asks of the database when no client calls.</summary>
internal sealed class IdleLoad(Cluster cluster)
{
    /// <summary>How long PostgreSQL's backends may take to report their earlier statistics.</summary>
    static readonly TimeSpan Settle = TimeSpan.FromSeconds(15);

    static readonly TimeSpan Watched = TimeSpan.FromSeconds(10);

    /// <summary>Transactions a second in the server's database; counted from outside it.</summary>
    public async Task<double> Run(CancellationToken cancellation)
    {
        cluster.Served.Clear();
        await Task.Delay(Settle, cancellation);
        var before = await Transactions(cancellation);
        await Task.Delay(Watched, cancellation);
        return (await Transactions(cancellation) - before) / Watched.TotalSeconds;
    }

    Task<long> Transactions(CancellationToken cancellation) =>
        cluster.Ask<long>(
            $"select xact_commit + xact_rollback from pg_stat_database where datname = '{Cluster.ServedName}'",
            cancellation);
}
