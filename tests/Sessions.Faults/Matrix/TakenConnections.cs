using Npgsql;
using Sessions.Faults.Arenas;
using Sessions.Faults.History;

namespace Sessions.Faults.Matrix;

sealed class TakenConnections : Cell
{
    static readonly TimeSpan Taken = TimeSpan.FromSeconds(3);
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    public override string Name => "taken-connections";

    public override string Fault => "somebody else takes all of PostgreSQL's connections, and those of the nodes break";

    public override bool BreaksDatabase => true;

    public override string[] PostgresSettings => ["max_connections = 30"];

    public override async Task Break(Arena arena)
    {
        var greedy = new NpgsqlConnectionStringBuilder(arena.Primary.ConnectionString)
        {
            Pooling = false,
            ApplicationName = "greedy",
        }.ConnectionString;
        var taken = new List<NpgsqlConnection> { await Open(greedy) };
        try
        {
            var began = arena.Clock.GetTimestamp();
            await arena.Until(
                async () =>
                {
                    await using var end = new NpgsqlCommand(
                        "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'sessions@%'", taken[0]);
                    await end.ExecuteNonQueryAsync();
                    await TakeAll(greedy, taken);
                    return arena.Clock.GetElapsedTime(began) >= Taken
                        && arena.WasAnswered(began, asked => asked.Answer is Answer.TurnedAway);
                },
                () => "nobody is turned away",
                look: Look);
        }
        finally
        {
            foreach (var connection in taken)
                await connection.DisposeAsync();
        }
    }

    static async Task TakeAll(string greedy, List<NpgsqlConnection> taken)
    {
        try
        {
            while (true)
                taken.Add(await Open(greedy));
        }
        catch (PostgresException full) when (full.SqlState == PostgresErrorCodes.TooManyConnections)
        {
            // All connections are taken.
        }
    }

    static async Task<NpgsqlConnection> Open(string connectionString)
    {
        var connection = new NpgsqlConnection(connectionString);
        try
        {
            await connection.OpenAsync();
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
