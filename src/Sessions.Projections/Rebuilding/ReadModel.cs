using Npgsql;
using Sessions.Projections.Audit;
using Sessions.Projections.Following;

namespace Sessions.Projections.Rebuilding;

/// <summary>A read model that can be rebuilt from the log.</summary>
/// <param name="Table">Its table in the schema <c>read_models</c>.</param>
/// <param name="Writer">
/// Makes the follower that writes the model, with the same code that writes the live one. Its name is the model's.
/// </param>
/// <param name="IsInline">Whether the live one is written in the events' transaction, not by a follower later.</param>
/// <param name="HasNumbers">Whether each row belongs to one event, has its number, and never changes.</param>
public sealed record ReadModel(string Table, Func<ILogFollower> Writer, bool IsInline = false, bool HasNumbers = false)
{
    /// <summary>All read models, by name.</summary>
    public static IReadOnlyDictionary<string, ReadModel> All { get; } = new[]
    {
        new ReadModel("audit_trail", () => new AuditTrail(ItemMemory.WholeLogMax, passesDamage: false), HasNumbers: true),
        new ReadModel("activity", () => new Activity(passesDamage: false)),
        new ReadModel("session_list", () => new ReplayedSessionList(), IsInline: true),
    }.ToDictionary(model => model.Writer().Name, StringComparer.Ordinal);
}

/// <summary>Replays the session list with <see cref="SessionList.Project"/>, into other tables.</summary>
sealed class ReplayedSessionList : ILogFollower
{
    public string Name => "session-list";

    public async Task<int> Write(LogStretch stretch, ReadModelTables tables, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(tables.Connection);
        SessionList.Project(batch, [.. stretch.Events.Select(logged => (logged.Address, logged.Event))]);
        foreach (var command in batch.BatchCommands)
            command.CommandText = tables.Of(command.CommandText);
        if (batch.BatchCommands.Count > 0)
            await batch.ExecuteNonQueryAsync(cancellation);
        return stretch.Events.Count;
    }
}
