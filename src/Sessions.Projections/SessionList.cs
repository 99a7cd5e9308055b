using Npgsql;
using NpgsqlTypes;
using Sessions.Domain;
using Sessions.Storage;
using Sessions.Storage.Commands;
using static Sessions.Domain.SessionEvent;

namespace Sessions.Projections;

/// <summary>
/// Which sessions each user has: what <c>list</c> returns. It is written in the transaction of the events,
/// so a client that lists right after creating sees its session.
/// </summary>
public sealed class SessionList(NpgsqlDataSource database, CommandOptions options) : IAsyncDisposable
{
    /// <summary>Counts an owner's sessions by the owner's rows in the list.</summary>
    public static SessionCounting Counting { get; } = new(
        Sql.CountSessions,
        Sql.CheckSessionLimit);

    readonly SharedRead<(string Owner, Guid? ItemId), IReadOnlyList<SessionId>> lists =
        new(database, options, ListAll);

    /// <summary>A user's sessions in the order of their creation, optionally only those on one item.</summary>
    /// <exception cref="StoreUnavailableException">The database cannot be reached.</exception>
    public Task<IReadOnlyList<SessionId>> Of(string owner, Guid? itemId) => lists.Read((owner, itemId));

    /// <summary>
    /// Adds the statements that apply events to the list: an <see cref="InlineProjection"/>, the same for live
    /// events and for replayed ones.
    /// </summary>
    public static void Project(
        NpgsqlBatch batch, IReadOnlyList<(SessionAddress Address, SessionEvent Event)> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        var added = new List<(SessionAddress Address, Guid ItemId)>();
        var gone = new List<SessionAddress>();
        foreach (var (address, @event) in events)
        {
            switch (@event)
            {
                case SessionCreated created:
                    added.Add((address, created.Item.ItemId));
                    break;
                case SessionDeleted:
                    gone.Add(address);
                    break;
            }
        }

        if (added.Count > 0)
        {
            batch.Add(Sql.AddToSessionList)
                .WithArray(NpgsqlDbType.Text, added.Select(row => row.Address.Owner).ToArray())
                .WithArray(NpgsqlDbType.Uuid, added.Select(row => row.Address.Id.Value).ToArray())
                .WithArray(NpgsqlDbType.Uuid, added.Select(row => row.ItemId).ToArray());
        }

        if (gone.Count > 0)
        {
            batch.Add(Sql.RemoveFromSessionList)
                .WithArray(NpgsqlDbType.Text, gone.Select(address => address.Owner).ToArray())
                .WithArray(NpgsqlDbType.Uuid, gone.Select(address => address.Id.Value).ToArray());
        }
    }

    static async Task<IReadOnlyList<SessionId>[]> ListAll(
        NpgsqlConnection connection, IReadOnlyList<(string Owner, Guid? ItemId)> asked)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(Sql.ListSessions)
            .WithArray(NpgsqlDbType.Text, asked.Select(one => one.Owner).ToArray())
            .WithArray(NpgsqlDbType.Uuid, asked.Select(one => one.ItemId).ToArray());
        var answers = new IReadOnlyList<SessionId>[asked.Count];
        await using var reader = await batch.ExecuteReaderAsync();
        for (var i = 0; i < answers.Length; i++)
        {
            await reader.ReadAsync();
            answers[i] = Array.ConvertAll(reader.GetFieldValue<Guid[]>(0), id => new SessionId(id));
        }

        return answers;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => lists.DisposeAsync();
}
