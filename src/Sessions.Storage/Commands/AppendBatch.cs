using Npgsql;
using NpgsqlTypes;
using Sessions.Domain;
using Sessions.Storage.Log;
using Sessions.Storage.Schedule;
using Sessions.Storage.Streams;

namespace Sessions.Storage.Commands;

/// <summary>
/// The statements that write a set of changed streams: rows, events, schedule, read models. Each statement covers all
/// streams. One pipeline sends them all, and PostgreSQL runs it as one transaction.
/// </summary>
static class AppendBatch
{
    /// <summary>Adds the statements to a batch.</summary>
    /// <param name="batch">Takes the statements.</param>
    /// <param name="changes">The streams; those without new events cost nothing.</param>
    /// <param name="policy">Says when an ended session is to be removed.</param>
    /// <param name="project">The inline read models.</param>
    /// <param name="reschedule">
    /// Whether to rewrite every stream's message, as the schedule's own passes need. Otherwise a message is rewritten
    /// only when its kind changes: a keep-alive leaves it alone.
    /// </param>
    public static void Append(
        this NpgsqlBatch batch,
        IReadOnlyCollection<StreamChange> changes,
        LeasePolicy policy,
        InlineProjection project,
        bool reschedule = false) => Append(batch, changes, policy, project, reschedule, AppendEvents);

    /// <summary>
    /// Does the same for events recorded elsewhere. Rows, schedule and read models are derived as for any other events;
    /// the events themselves are stored as they were written.
    /// </summary>
    /// <param name="batch">Takes the statements.</param>
    /// <param name="changes">The streams, which already hold the events in <paramref name="logged"/>.</param>
    /// <param name="logged">The events, in their original order.</param>
    /// <param name="policy">Says when an ended session is to be removed.</param>
    /// <param name="project">The inline read models.</param>
    public static void Import(
        this NpgsqlBatch batch,
        IReadOnlyCollection<StreamChange> changes,
        IReadOnlyList<LoggedEvent> logged,
        LeasePolicy policy,
        InlineProjection project) =>
        Append(batch, changes, policy, project, reschedule: false, (batch, _) => ImportEvents(batch, logged));

    static void Append(
        NpgsqlBatch batch,
        IReadOnlyCollection<StreamChange> changes,
        LeasePolicy policy,
        InlineProjection project,
        bool reschedule,
        Action<NpgsqlBatch, StreamChange[]> appendEvents)
    {
        var changed = changes.Where(change => change.Events.Count > 0).ToArray();
        // Rows are given in one order, so that two batches lock rows and client tokens alike.
        Advance(batch, [.. changed.Where(change => change.StoredVersion > 0).OrderBy(change => change.Address.Id.Value)]);
        Create(batch, [.. changed.Where(change => change.StoredVersion == 0)
            .OrderBy(change => change.Address.Owner, StringComparer.Ordinal).ThenBy(change => change.Origin?.ClientToken)]);
        appendEvents(batch, changed);
        batch.Schedule(reschedule ? changes : changed, policy, reschedule);
        if (changed.Length > 0)
            project(batch, [.. changed.SelectMany(change => change.Events.Select(e => (change.Address, e.Event)))]);
    }

    static void Create(NpgsqlBatch batch, StreamChange[] created)
    {
        if (created.Length == 0)
            return;

        batch.Add(Sql.CreateStreams)
            .WithAddresses(created, change => change.Address)
            .WithArray(NpgsqlDbType.Integer, Map(created, change => change.Version))
            .With(NpgsqlDbType.Smallint, SnapshotJson.Schema)
            .WithArray(NpgsqlDbType.Json, Map(created, change => SnapshotJson.Write(change.Session)))
            .WithArray(NpgsqlDbType.Json, Map(created, change => SnapshotJson.WriteOrigin(change.Session)))
            .WithArray(NpgsqlDbType.Uuid, Map(
                created, change => change.Session is Session.Deleted ? null : change.Origin!.ClientToken));
    }

    static void Advance(NpgsqlBatch batch, StreamChange[] advanced)
    {
        if (advanced.Length == 0)
            return;

        batch.Add(Sql.AdvanceStreams)
            .WithAddresses(advanced, change => change.Address)
            .WithArray(NpgsqlDbType.Integer, Map(advanced, change => change.StoredVersion))
            .WithArray(NpgsqlDbType.Integer, Map(advanced, change => change.Version))
            .With(NpgsqlDbType.Smallint, SnapshotJson.Schema)
            .WithArray(NpgsqlDbType.Json, Map(advanced, change => SnapshotJson.Write(change.Session)))
            .WithArray(NpgsqlDbType.Boolean, Map(advanced, change => change.Session is Session.Deleted));
        RenewOrigins(batch, [.. advanced.Where(change => change is { IsFolded: true, Session: Session.Living })]);
    }

    static void RenewOrigins(NpgsqlBatch batch, StreamChange[] folded)
    {
        if (folded.Length == 0)
            return;

        batch.Add(Sql.RenewOrigins)
            .WithAddresses(folded, change => change.Address)
            .WithArray(NpgsqlDbType.Integer, Map(folded, change => change.Version))
            .WithArray(NpgsqlDbType.Json, Map(folded, change => SnapshotJson.WriteOrigin(change.Session)));
    }

    static void AppendEvents(NpgsqlBatch batch, StreamChange[] changed)
    {
        var count = changed.Sum(change => change.Events.Count);
        if (count == 0)
            return;

        var (ids, owners, versions) = (new Guid[count], new string[count], new int[count]);
        var (commands, types, schemas) = (new Guid[count], new string[count], new short[count]);
        var (data, metadata) = (new byte[count][], new byte[count][]);
        var row = 0;
        foreach (var change in changed)
        {
            for (var i = 0; i < change.Events.Count; i++, row++)
            {
                var added = change.Events[i];
                (ids[row], owners[row]) = (change.Address.Id.Value, change.Address.Owner);
                (versions[row], commands[row]) = (change.StoredVersion + i + 1, added.CommandId);
                (var type, data[row]) = EventJson.Write(added.Event);
                (types[row], schemas[row]) = (type.Name, type.Schema);
                metadata[row] = added.By.ToJson();
            }
        }

        batch.Add(Sql.AppendEvents)
            .With(NpgsqlDbType.TimestampTz, changed[0].Events[0].Event.At)
            .WithArray(NpgsqlDbType.Uuid, ids)
            .WithArray(NpgsqlDbType.Text, owners)
            .WithArray(NpgsqlDbType.Integer, versions)
            .WithArray(NpgsqlDbType.Uuid, commands)
            .WithArray(NpgsqlDbType.Text, types)
            .WithArray(NpgsqlDbType.Smallint, schemas)
            .WithArray(NpgsqlDbType.Json, data)
            .WithArray(NpgsqlDbType.Json, metadata);
    }

    static void ImportEvents(NpgsqlBatch batch, IReadOnlyList<LoggedEvent> logged) =>
        batch.Add(Sql.ImportEvents)
            .WithArray(NpgsqlDbType.TimestampTz, Map(logged, one => one.At))
            .WithAddresses(logged, one => one.Address)
            .WithArray(NpgsqlDbType.Integer, Map(logged, one => one.Version))
            .WithArray(NpgsqlDbType.Uuid, Map(logged, one => one.CommandId))
            .WithArray(NpgsqlDbType.Text, Map(logged, one => one.Type))
            .WithArray(NpgsqlDbType.Smallint, Map(logged, one => one.Schema))
            .WithArray(NpgsqlDbType.Json, Map(logged, one => one.Data.ToArray()))
            .WithArray(NpgsqlDbType.Json, Map(logged, one => one.Metadata.ToArray()));

    static T[] Map<TRow, T>(IReadOnlyList<TRow> rows, Func<TRow, T> column)
    {
        var values = new T[rows.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = column(rows[i]);
        return values;
    }
}
