using Npgsql;
using NpgsqlTypes;
using Sessions.Domain;
using Sessions.Storage.Streams;

namespace Sessions.Storage.Schedule;

/// <summary>The statements that write what streams wait for, in the transaction in which they change.</summary>
static class MessageBatch
{
    /// <summary>Adds the statements that write streams' messages, and those that remove what nobody waits for.</summary>
    /// <param name="batch">Takes the statements.</param>
    /// <param name="changes">The streams.</param>
    /// <param name="policy">Says when an ended session is to be removed.</param>
    /// <param name="reschedule">Whether every message is written anew, and not only where its kind changes.</param>
    public static void Schedule(
        this NpgsqlBatch batch, IReadOnlyCollection<StreamChange> changes, LeasePolicy policy, bool reschedule)
    {
        List<StreamChange> added = [], put = [], removed = [];
        foreach (var change in changes)
        {
            var (before, next) = (DueMessage.Of(change.Stored, policy), DueMessage.Of(change.Session, policy));
            if (next is not null && change.StoredVersion == 0)
                added.Add(change);
            else if (reschedule || next?.Kind != before?.Kind)
                (next is null ? removed : put).Add(change);
        }

        Write(Sql.AddMessages, added);
        Write(Sql.PutMessages, put);
        if (removed.Count > 0)
        {
            batch.Add(Sql.RemoveMessages)
                .WithAddresses(removed, change => change.Address);
        }

        void Write(string statement, List<StreamChange> written)
        {
            if (written.Count == 0)
                return;

            var due = written.ConvertAll(change => DueMessage.Of(change.Session, policy)!.Value);
            batch.Add(statement)
                .WithAddresses(written, change => change.Address)
                .WithArray(NpgsqlDbType.Text, [.. due.Select(message => NameOf(message.Kind))])
                .WithArray(NpgsqlDbType.TimestampTz, [.. due.Select(message => message.At)]);
        }
    }

    public static DueKind KindOf(string name) => name == NameOf(DueKind.Expire) ? DueKind.Expire : DueKind.Purge;

    static string NameOf(DueKind kind) => kind == DueKind.Expire ? "expire" : "purge";
}
