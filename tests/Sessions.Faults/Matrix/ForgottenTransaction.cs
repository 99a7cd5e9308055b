using System.Text.Json;
using Npgsql;
using Sessions.Faults.Arenas;

namespace Sessions.Faults.Matrix;

sealed class ForgottenTransaction : Cell
{
    static readonly TimeSpan NamingMax = TimeSpan.FromSeconds(60);

    public override string Name => "forgotten-transaction";

    public override string Fault =>
        "a transaction that has written is left open: readers of the log wait for it, and health names it";

    public override async Task Break(Arena arena)
    {
        await using var connection = new NpgsqlConnection(arena.Primary.ConnectionString + ";Pooling=false;Application Name=forgetful");
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var write = new NpgsqlCommand("select pg_current_xact_id()", connection);
        var own = (ulong)(await write.ExecuteScalarAsync())!;

        var began = arena.Clock.GetTimestamp();
        foreach (var node in arena.Nodes)
        {
            while (StallOf((await node.Health())?.Text) != (connection.ProcessID, "forgetful"))
            {
                arena.Clock.GetElapsedTime(began).ShouldBeLessThan(NamingMax);
                await arena.Pass(0.2);
            }
        }

        arena.Followed.ShouldNotContain(position => position.Transaction >= own);
        await transaction.CommitAsync();
    }

    static (int ProcessId, string Application)? StallOf(string? health) =>
        health is not null && JsonSerializer.Deserialize<JsonElement>(health).TryGetProperty("log_stalled_by", out var stall)
            ? (stall.GetProperty("pid").GetInt32(), stall.GetProperty("application").GetString()!)
            : null;
}
