using Npgsql;
using NpgsqlTypes;
using Sessions.Domain;
using Sessions.Storage.Streams;

namespace Sessions.Storage.Schedule;

/// <summary>
/// The statements that write the scheduled messages of streams, in the transaction that changes the streams.
/// </summary>
static class MessageBatch
{
    /// <summary>
    /// Adds the statements that write streams' messages, and those that remove messages no longer needed.
    /// </summary>
    /// <param name="batch">Takes the statements.</param>
    /// <param name="changes">The streams.</param>
    /// <param name="policy">Says when an ended session is to be removed.</param>
    /// <param name="reschedule">Whether to rewrite every message, and not only where its kind changes.</param>
    public static void Schedule(
        this NpgsqlBatch batch, IReadOnlyCollection<StreamChange> changes, LeasePolicy policy, bool reschedule)
    {
        List<(SessionAddress Address, DueMessage Due)> added = [], put = [];
        List<SessionAddress> removed = [];
        foreach (var change in changes)
        {
            var (before, next) = (DueMessage.Of(change.Stored, policy), DueMessage.Of(change.Session, policy));
            if (next is { } first && change.StoredVersion == 0)
                added.Add((change.Address, first));
            else if (!reschedule && next?.Kind == before?.Kind)
                continue;
            else if (next is { } due)
                put.Add((change.Address, due));
            else
                removed.Add(change.Address);
        }

        batch.Write(Sql.AddMessages, added);
        batch.Write(Sql.PutMessages, put);
        if (removed.Count > 0)
        {
            batch.Add(Sql.RemoveMessages)
                .WithAddresses(removed);
        }
    }

    static void Write(this NpgsqlBatch batch, string statement, List<(SessionAddress Address, DueMessage Due)> messages)
    {
        if (messages.Count == 0)
            return;

        batch.Add(statement)
            .WithAddresses(messages, message => message.Address)
            .WithArray(NpgsqlDbType.Text, [.. messages.Select(message => NameOf(message.Due.Kind))])
            .WithArray(NpgsqlDbType.TimestampTz, [.. messages.Select(message => message.Due.At)]);
    }

    public static DueKind KindOf(string name) => name == NameOf(DueKind.Expire) ? DueKind.Expire : DueKind.Purge;

    static string NameOf(DueKind kind) => kind == DueKind.Expire ? "expire" : "purge";
}
