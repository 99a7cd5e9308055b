using System.Diagnostics;

namespace Sessions.Storage.Local;

/// <summary>
/// A private PostgreSQL in a folder, run from the programs on the machine: for development, tests
/// and benchmarks. It outlives a killed owner, and the next one takes it over.
/// </summary>
public sealed class LocalPostgres : IAsyncDisposable
{
    /// <summary>How long its owner may take to get it running.</summary>
    static readonly TimeSpan TakeoverMax = TimeSpan.FromMinutes(1);

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    readonly LocalCluster cluster;
    readonly FileStream? ownership;

    LocalPostgres(LocalCluster cluster, string connectionString, FileStream? ownership) =>
        (this.cluster, ConnectionString, this.ownership) = (cluster, connectionString, ownership);

    /// <summary>How to reach it: loopback, by password.</summary>
    public string ConnectionString { get; }

    /// <summary>
    /// Starts the cluster in this folder, making it first if necessary, or takes over the one that runs there. A process
    /// that comes while another owner lives only uses the cluster, and will not stop it.
    /// </summary>
    /// <param name="path">Its own folder; created along with missing parents.</param>
    /// <param name="settings">More settings, as in <c>postgresql.conf</c>.</param>
    /// <param name="cancellation">Gives up, and stops what was started.</param>
    /// <exception cref="PostgresMissingException">The programs are not there; says what to install.</exception>
    /// <exception cref="PostgresFailedException">A program failed, or the owner starts no cluster; says why.</exception>
    public static async Task<LocalPostgres> Start(
        string path, IReadOnlyDictionary<string, string>? settings, CancellationToken cancellation)
    {
        var folder = new ClusterFolder(Path.GetFullPath(path));
        Directory.CreateDirectory(folder.FullPath);
        var there = new LocalCluster(folder, PostgresPrograms.Find(folder.FullPath));
        // Only the owner makes and starts a cluster; a process that comes at the same time waits until it runs.
        var owned = folder.TryOwn();
        try
        {
            var reached = await there.TryReach(cancellation);
            var waited = Stopwatch.StartNew();
            while (reached is null)
            {
                cancellation.ThrowIfCancellationRequested();
                if (owned is not null)
                    await there.Start(settings);
                else if (waited.Elapsed > TakeoverMax)
                    throw new PostgresFailedException(
                        $"Another server owns {folder.FullPath}, but no PostgreSQL runs there. Restart that server.");
                else
                    await Task.Delay(Pause, cancellation);
                owned ??= folder.TryOwn();
                reached = await there.TryReach(cancellation);
            }

            cancellation.ThrowIfCancellationRequested();
            return new LocalPostgres(there, reached, owned);
        }
        catch
        {
            try
            {
                await Release(there, owned);
            }
            finally
            {
                // Some programs receive Ctrl-C all the same, and fail: that is reported as the cancellation that it is.
                cancellation.ThrowIfCancellationRequested();
            }

            throw;
        }
    }

    /// <summary>The connection string of the cluster that runs in this folder, or null; starts nothing.</summary>
    /// <exception cref="PostgresMissingException">The programs are not there; says what to install.</exception>
    public static async Task<string?> FindRunning(string path, CancellationToken cancellation)
    {
        var folder = new ClusterFolder(Path.GetFullPath(path));
        return Directory.Exists(folder.Data)
            ? await new LocalCluster(folder, PostgresPrograms.Find(folder.FullPath)).TryReach(cancellation)
            : null;
    }

    /// <summary>
    /// Stops the cluster, if this process owns it: open transactions are rolled back, everything is on disk.
    /// </summary>
    public ValueTask DisposeAsync() => Release(cluster, ownership);

    /// <summary>Stops the cluster and releases the folder, if this process owns it.</summary>
    static async ValueTask Release(LocalCluster cluster, FileStream? ownership)
    {
        if (ownership is null)
            return;

        await using (ownership)
            await cluster.Stop();
    }
}
