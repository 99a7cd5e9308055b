using Npgsql;
using NpgsqlTypes;
using Sessions.Domain;
using Sessions.Storage.Log;
using Sessions.Storage.Streams;

namespace Sessions.Bench.Past;

/// <summary>Writes a simulated month by COPY, every row as the server would have written it.</summary>
internal sealed class PastSeeding(NpgsqlDataSource database, PastMonth month)
{
    /// <summary>How many events share a transaction.</summary>
    const int EventsMax = 100_000;

    /// <summary>Writes the month; returns how many events it has.</summary>
    public async Task<long> Write(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var beside = await database.OpenConnectionAsync(cancellation);
        var count = 0L;
        foreach (var chunk in month.Live().Chunk(EventsMax))
        {
            await WriteEvents(connection, chunk, cancellation);
            await WriteStreams(
                beside, chunk.Where(one => one.Event.Event is SessionEvent.SessionDeleted).Select(one => one.Life), cancellation);
            count += chunk.Length;
            if (count % (10 * EventsMax) == 0)
                Progress.Say($"{count / 1_000_000} million events are written");
        }

        await WriteStreams(connection, month.Living, cancellation);
        await WriteList(connection, cancellation);
        await WriteSchedule(connection, cancellation);
        return count;
    }

    static async Task WriteEvents(
        NpgsqlConnection connection, (PastLife Life, PastEvent Event)[] chunk, CancellationToken cancellation)
    {
        await using var copy = await connection.BeginBinaryImportAsync(
            """
            copy event_store.events (recorded_at, stream_id, owner, version, command_id, type, schema, data, metadata)
            from stdin (format binary)
            """,
            cancellation);
        foreach (var (_, (address, version, commandId, @event, by)) in chunk)
        {
            var (type, data) = EventJson.Write(@event);
            await copy.StartRowAsync(cancellation);
            await copy.WriteAsync(@event.At, NpgsqlDbType.TimestampTz, cancellation);
            await copy.WriteAsync(address.Id.Value, NpgsqlDbType.Uuid, cancellation);
            await copy.WriteAsync(address.Owner, NpgsqlDbType.Text, cancellation);
            await copy.WriteAsync(version, NpgsqlDbType.Integer, cancellation);
            await copy.WriteAsync(commandId, NpgsqlDbType.Uuid, cancellation);
            await copy.WriteAsync(type.Name, NpgsqlDbType.Text, cancellation);
            await copy.WriteAsync(type.Schema, NpgsqlDbType.Smallint, cancellation);
            await copy.WriteAsync(data, NpgsqlDbType.Json, cancellation);
            await copy.WriteAsync(by.ToJson(), NpgsqlDbType.Json, cancellation);
        }

        await copy.CompleteAsync(cancellation);
    }

    static async Task WriteStreams(
        NpgsqlConnection connection, IEnumerable<PastLife> lives, CancellationToken cancellation)
    {
        await using var copy = await connection.BeginBinaryImportAsync(
            """
            copy event_store.streams (stream_id, owner, version, snapshot_schema, snapshot, origin)
            from stdin (format binary)
            """,
            cancellation);
        foreach (var life in lives)
        {
            await copy.StartRowAsync(cancellation);
            await copy.WriteAsync(life.Address.Id.Value, NpgsqlDbType.Uuid, cancellation);
            await copy.WriteAsync(life.Address.Owner, NpgsqlDbType.Text, cancellation);
            await copy.WriteAsync(life.Version, NpgsqlDbType.Integer, cancellation);
            await copy.WriteAsync(SnapshotJson.Schema, NpgsqlDbType.Smallint, cancellation);
            await copy.WriteAsync(SnapshotJson.Write(life.Session), NpgsqlDbType.Json, cancellation);
            await copy.WriteAsync(SnapshotJson.WriteOrigin(life.Session), NpgsqlDbType.Json, cancellation);
        }

        await copy.CompleteAsync(cancellation);
    }

    async Task WriteList(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var copy = await connection.BeginBinaryImportAsync(
            "copy read_models.session_list (owner, session_id, item_id) from stdin (format binary)", cancellation);
        foreach (var life in month.Living)
        {
            await copy.StartRowAsync(cancellation);
            await copy.WriteAsync(life.Address.Owner, NpgsqlDbType.Text, cancellation);
            await copy.WriteAsync(life.Address.Id.Value, NpgsqlDbType.Uuid, cancellation);
            await copy.WriteAsync(life.Origin!.Item.ItemId, NpgsqlDbType.Uuid, cancellation);
        }

        await copy.CompleteAsync(cancellation);
    }

    async Task WriteSchedule(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var copy = await connection.BeginBinaryImportAsync(
            "copy event_store.scheduled_messages (stream_id, owner, kind, due_at) from stdin (format binary)", cancellation);
        foreach (var life in month.Living)
        {
            var due = DueMessage.Of(life.Session, month.Policy)!.Value;
            await copy.StartRowAsync(cancellation);
            await copy.WriteAsync(life.Address.Id.Value, NpgsqlDbType.Uuid, cancellation);
            await copy.WriteAsync(life.Address.Owner, NpgsqlDbType.Text, cancellation);
            await copy.WriteAsync(due.Kind == DueKind.Expire ? "expire" : "purge", NpgsqlDbType.Text, cancellation);
            await copy.WriteAsync(due.At, NpgsqlDbType.TimestampTz, cancellation);
        }

        await copy.CompleteAsync(cancellation);
    }
}
