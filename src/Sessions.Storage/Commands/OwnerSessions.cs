using Npgsql;
using NpgsqlTypes;
using Sessions.Domain;
using Sessions.Storage.Streams;

namespace Sessions.Storage.Commands;

/// <summary>
/// How many sessions the owners in a batch have. The counts are read with the batch, updated while it is decided, and
/// checked at the write, because another node may have created sessions meanwhile.
/// </summary>
sealed class OwnerSessions
{
    readonly Dictionary<string, int> counts = new(StringComparer.Ordinal);

    /// <summary>How many sessions an owner has now; zero for an owner who was not counted.</summary>
    public int Of(string owner) => counts.GetValueOrDefault(owner);

    public async Task Read(NpgsqlDataReader reader)
    {
        while (await reader.ReadAsync())
            counts.Add(reader.GetString(0), (int)reader.GetInt64(1));
        await reader.NextResultAsync();
    }

    /// <summary>Keeps the count current for later commands of the same batch.</summary>
    public void Follow(string owner, Session before, Session after)
    {
        var change = (after is Session.Living ? 1 : 0) - (before is Session.Living ? 1 : 0);
        if (change != 0)
            counts[owner] = Of(owner) + change;
    }

    /// <summary>Adds the check to a write that creates sessions.</summary>
    public static void Check(
        NpgsqlBatch batch, SessionCounting counting, IEnumerable<StreamChange> changes, int sessionsMax)
    {
        string[] owners =
        [
            .. changes.Where(change => change is { Stored: Session.NotCreated, Session: Session.Living })
                .Select(change => change.Address.Owner)
                .Distinct(StringComparer.Ordinal),
        ];
        if (owners.Length > 0)
        {
            batch.Add(counting.Check)
                .WithArray(NpgsqlDbType.Text, owners)
                .With(NpgsqlDbType.Integer, sessionsMax);
        }
    }
}
