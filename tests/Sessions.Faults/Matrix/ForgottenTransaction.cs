using System.Text.Json;
using Npgsql;
using Sessions.Faults.Arenas;
using Sessions.Faults.History;

namespace Sessions.Faults.Matrix;

sealed class ForgottenTransaction : Cell
{
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

        foreach (var node in arena.Nodes)
        {
            await arena.Until(
                async () => StallOf((await node.Health())?.Text) == (connection.ProcessID, "forgetful"),
                () => $"{node.Name} does not name who stalls the log:\n{node.Printed}",
                look: TimeSpan.FromMilliseconds(200));
            (await arena.Load.TryNode(node)).ShouldBeOfType<Answer.Created>("commands go on meanwhile");
        }

        (await arena.Primary.Ask<bool>($"select exists (select from event_store.events where transaction_id > '{own}'::xid8)")).ShouldBeTrue();
        arena.Followed.ShouldNotContain(position => position.Transaction >= own);
        await transaction.CommitAsync();
    }

    static (int ProcessId, string Application)? StallOf(string? health) =>
        health is not null && JsonSerializer.Deserialize<JsonElement>(health).TryGetProperty("log_stalled_by", out var stall)
            ? (stall.GetProperty("pid").GetInt32(), stall.GetProperty("application").GetString()!)
            : null;
}
