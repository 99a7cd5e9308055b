using Npgsql;
using Sessions.Projections.Following;

namespace Sessions.Tests.Projections;

/// <summary>A follower that writes down the numbers and positions that it is given.</summary>
sealed class Note(string name) : ILogFollower
{
    public string Name => name;

    public TimeSpan Patience { get; set; }

    public int Portion { get; set; } = 1;

    /// <summary>At most how many of the given events it takes.</summary>
    public int Most { get; set; } = int.MaxValue;

    /// <summary>What it does last, in the same transaction.</summary>
    public Func<NpgsqlConnection, LogStretch, Task>? Last { get; set; }

    public List<LogStretch> Stretches { get; } = [];

    public async Task<int> Write(LogStretch stretch, ReadModelTables tables, CancellationToken cancellation)
    {
        Stretches.Add(stretch);
        var count = Math.Min(Most, stretch.Events.Count);
        for (var i = 0; i < count; i++)
            await Execute(tables.Connection,
                $"insert into notes_{name} values ({stretch.First + i}, {stretch.Events[i].Position.Number})");
        if (Last is not null)
            await Last(tables.Connection, stretch);
        return count;
    }

    public static async Task Execute(NpgsqlConnection connection, string statement)
    {
        await using var command = new NpgsqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync();
    }
}
