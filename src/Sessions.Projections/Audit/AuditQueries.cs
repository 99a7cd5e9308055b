using System.Runtime.CompilerServices;
using Npgsql;
using NpgsqlTypes;
using Sessions.Storage;
using Sessions.Storage.Commands;
using Sessions.Storage.Streams;

namespace Sessions.Projections.Audit;

/// <summary>Answers auditors' queries, on deleted sessions as on all others.</summary>
/// <param name="questions">
/// From <see cref="Database.OpenForQuestions"/>: a filter that is not given must cost nothing, so PostgreSQL
/// plans each statement for the values of its call.
/// </param>
public sealed class AuditQueries(NpgsqlDataSource questions) : IAsyncDisposable
{
    /// <summary>How many events a page has at most.</summary>
    public const int PageMax = 1000;

    /// <summary>Identifies the query in its pages' cursors.</summary>
    public static int QueryOf(AuditFilter filter, AuditOrder order)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return AuditCursor.QueryOf(
            order, filter.Owner, filter.Actor, filter.Session, filter.Item, filter.Type, filter.Reason, filter.Address,
            filter.Trace, filter.From, filter.To);
    }

    /// <summary>The next page of the matching events.</summary>
    /// <param name="filter">Which events.</param>
    /// <param name="order">Which end comes first.</param>
    /// <param name="after">The last event that the caller has seen, or null at the beginning.</param>
    /// <param name="limit">How many events at most, from 1 to <see cref="PageMax"/>.</param>
    /// <param name="cancellation">Cancels the call.</param>
    public async Task<AuditPage> Page(
        AuditFilter filter, AuditOrder order, AuditCursor? after, int limit, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, PageMax);
        // One event beyond the limit shows that there is another page.
        var found = await questions.AskOnce(connection => Find(connection, filter, order, after, limit + 1), cancellation);
        return found.Count <= limit
            ? new AuditPage(found, NextCursor: null)
            : new AuditPage(found[..limit], (found[limit - 1].Cursor with { Query = QueryOf(filter, order) }).ToString());
    }

    /// <summary>
    /// All matching events, up to the limit. Pages are read as the caller takes them; no connection is held in between.
    /// </summary>
    public async IAsyncEnumerable<AuditEvent> Stream(
        AuditFilter filter, AuditOrder order, AuditCursor? after, int? limit, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var left = limit ?? long.MaxValue;
        List<AuditEvent> found;
        do
        {
            found = await questions.AskOnce(connection => Find(connection, filter, order, after, (int)Math.Min(left, PageMax)), cancellation);
            foreach (var one in found)
                yield return one;
            after = found is [.., var last] ? last.Cursor : after;
            left -= found.Count;
        }
        while (found.Count == PageMax && left > 0);
    }

    /// <summary>
    /// The next page of the sessions that a user had at some moment, as they were then. It takes longer the more events
    /// the user had by then.
    /// </summary>
    public Task<UserSessions> SessionsOf(string user, DateTimeOffset at, Guid? after, int limit, CancellationToken cancellation) =>
        questions.AskOnce(connection => UserSessions.Read(connection, user, at, after, limit), cancellation);

    /// <summary>Sessions' events, on connections of their own: reading a long stream delays no command.</summary>
    public EventStore Streams { get; } = new(questions, new CommandOptions());

    /// <summary>The next page of looks, newest first, optionally only those of one user or of a span of time.</summary>
    public Task<AuditLooksPage> Looks(
        string? user, DateTimeOffset? from, DateTimeOffset? to, AuditCursor? after, int limit, CancellationToken cancellation) =>
        questions.AskOnce(connection => AuditLooks.Page(connection, user, from, to, after, limit), cancellation);

    /// <summary>The minutes of a span in which anything happened, oldest first, up to the limit.</summary>
    public Task<ActivityPage> Minutes(DateTimeOffset from, DateTimeOffset to, int limit, CancellationToken cancellation) =>
        questions.AskOnce(connection => Activity.Read(connection, from, to, limit), cancellation);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Streams.DisposeAsync();
        await questions.DisposeAsync();
    }

    /// <summary>
    /// Users mostly act on their own sessions, so the trail's index by actor has only actions on others' sessions.
    /// An actor's events are those on the actor's own sessions, merged with those from that index.
    /// </summary>
    static async Task<List<AuditEvent>> Find(
        NpgsqlConnection connection, AuditFilter filter, AuditOrder order, AuditCursor? after, int limit)
    {
        if (filter is not { Actor: { } actor, Owner: null })
            return await Read(connection, filter, onOthers: null, order, after, limit);

        var own = await Read(connection, filter with { Owner = actor }, onOthers: null, order, after, limit);
        var others = await Read(connection, filter, onOthers: true, order, after, limit);
        return [.. Ordered(own.Concat(others), order).Take(limit)];
    }

    static IEnumerable<AuditEvent> Ordered(IEnumerable<AuditEvent> events, AuditOrder order) => order == AuditOrder.Newest
        ? events.OrderByDescending(one => one.Cursor.At).ThenByDescending(one => one.Number)
        : events.OrderBy(one => one.Cursor.At).ThenBy(one => one.Number);

    static async Task<List<AuditEvent>> Read(
        NpgsqlConnection connection, AuditFilter filter, bool? onOthers, AuditOrder order, AuditCursor? after, int limit)
    {
        await using var command = new NpgsqlCommand(order == AuditOrder.Newest ? Sql.ReadAuditNewest : Sql.ReadAuditOldest, connection)
            .With(NpgsqlDbType.TimestampTz, after?.At)
            .With(NpgsqlDbType.Bigint, after?.Number)
            .With(NpgsqlDbType.TimestampTz, filter.From?.ToUniversalTime())
            .With(NpgsqlDbType.TimestampTz, filter.To?.ToUniversalTime())
            .With(NpgsqlDbType.Text, filter.Owner)
            .With(NpgsqlDbType.Text, filter.Actor)
            .With(NpgsqlDbType.Boolean, onOthers)
            .With(NpgsqlDbType.Uuid, filter.Session)
            .With(NpgsqlDbType.Uuid, filter.Item)
            .With(NpgsqlDbType.Text, filter.Type)
            .With(NpgsqlDbType.Text, filter.Reason)
            .With(NpgsqlDbType.Text, filter.Address)
            .With(NpgsqlDbType.Uuid, filter.Trace)
            .With(NpgsqlDbType.Integer, limit);
        await using var reader = await command.ExecuteReaderAsync();
        var events = new List<AuditEvent>();
        while (await reader.ReadAsync())
            events.Add(AuditEvent.Read(reader));

        // An answer may be long, and the thread that has read it must go on to read others.
        await Task.Yield();
        return events;
    }
}
