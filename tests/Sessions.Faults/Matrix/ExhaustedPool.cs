using System.Globalization;
using Npgsql;
using Sessions.Faults.Arenas;

namespace Sessions.Faults.Matrix;

/// <summary>
/// Each node has four connections, for many callers, and one for commands. A lock blocks nearly all of their
/// statements: all five connections wait for it, and all other requests wait for one of them.
/// </summary>
sealed class ExhaustedPool : Cell
{
    const int PoolSize = 4;
    const int All = PoolSize + 1;

    static readonly TimeSpan Locked = TimeSpan.FromSeconds(5);
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    public override string Name => "exhausted-pool";

    public override string Fault => "somebody's lock holds all four connections of each node's pool and that of its commands, under 48 clients";

    public override int Clients => 48;

    public override bool BreaksDatabase => true;

    public override string ConnectionOf(Arena arena) =>
        string.Create(CultureInfo.InvariantCulture, $"{arena.ConnectionString};Maximum Pool Size={PoolSize}");

    public override async Task Break(Arena arena)
    {
        await using var connection = new NpgsqlConnection(arena.Primary.ConnectionString + ";Pooling=false;Application Name=locker");
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var take = new NpgsqlCommand(
            "lock table event_store.streams, read_models.session_list, access.api_sessions in access exclusive mode", connection))
        {
            await take.ExecuteNonQueryAsync();
        }

        var began = arena.Clock.GetTimestamp();
        var waitedMost = 0L;
        await arena.Until(
            async () =>
            {
                waitedMost = Math.Max(waitedMost, await arena.Primary.Ask<long>(
                    "select count(*) from pg_stat_activity where application_name = 'sessions@node-0' and wait_event_type = 'Lock'"));
                return waitedMost >= All && arena.Clock.GetElapsedTime(began) >= Locked;
            },
            () => $"of {All} connections {waitedMost} wait",
            look: Look);
        await transaction.RollbackAsync();
    }
}
