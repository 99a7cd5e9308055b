using Npgsql;
using NpgsqlTypes;
using Sessions.Domain;
using Sessions.Faults.Arenas;
using Sessions.Faults.History;
using Sessions.Projections;
using Sessions.Storage;
using Sessions.Storage.Commands;
using Sessions.Storage.Log;
using Sessions.Storage.Schedule;
using Sessions.Storage.Streams;

namespace Sessions.Faults.Storms;

/// <summary>
/// Sessions whose leases end at the same moment, with poison among them: messages that can never be carried out,
/// because their sessions' states cannot be read.
/// </summary>
/// <param name="arena">The run that it is part of.</param>
/// <param name="number">Its number in the run.</param>
/// <param name="healthy">How many sessions can end as they should.</param>
/// <param name="poison">How many more cannot.</param>
sealed class Storm(Arena arena, int number, int healthy, int poison)
{
    /// <summary>The name recorded as the node that created them; no real node did.</summary>
    public const string Node = "storm";

    /// <summary>How many sessions are written at a time.</summary>
    const int AtOnce = 4096;

    const int SessionsPerOwner = 10;

    /// <summary>How long to wait for something that must happen, on the slowest machine.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(60);

    /// <summary>The larger the storm, the longer it lasts, and the more each check costs.</summary>
    readonly TimeSpan look = TimeSpan.FromMilliseconds(Math.Clamp(healthy / 500, 20, 200));

    readonly DeadLetters deadLetters = new(arena.Database);

    public int Number => number;

    public int Healthy => healthy;

    public int Poison => poison;

    /// <summary>When the leases end, by the database's clock, which is that of this machine.</summary>
    public DateTimeOffset Due { get; private set; }

    /// <summary>Whether all were written before they were due; otherwise lateness includes their creation.</summary>
    public bool WasThere { get; private set; }

    /// <summary>Whether an owner's sessions are healthy ones of this storm.</summary>
    public bool Has(string owner) => owner.StartsWith($"storm-{number}-healthy-", StringComparison.Ordinal);

    /// <summary>
    /// Creates all sessions as of one moment, far enough ahead to write them until then. The rules decide each, and the
    /// store's own statements write them, many at a time. Each is in the history as a request, for the checker to find.
    /// A vacuum and a checkpoint end it, so that storms that are compared begin alike.
    /// </summary>
    public async Task Gather(LeasePolicy policy)
    {
        await using var connection = await arena.Database.OpenConnectionAsync();
        // The first time does not count, because it includes warming up the code.
        await Rehearse(connection, policy);
        var rehearsed = await Rehearse(connection, policy);
        // Whole seconds, because the database keeps no finer times than microseconds.
        var created = DateTimeOffset.FromUnixTimeSeconds((await new Records(arena.Database).Now()).ToUnixTimeSeconds())
            + TimeSpan.FromSeconds(Math.Ceiling(rehearsed.TotalSeconds * 3 * (healthy + poison) / AtOnce));
        Due = created + policy.IdleTimeout;
        foreach (var chunk in Enumerable.Range(0, healthy + poison).Chunk(AtOnce))
            await Write(connection, chunk, created, policy);
        foreach (var settling in new[] { "vacuum analyze", "checkpoint" })
        {
            await using var command = arena.Database.CreateCommand(settling);
            command.CommandTimeout = 0;
            await command.ExecuteNonQueryAsync();
        }

        WasThere = await new Records(arena.Database).Now() < Due;
    }

    /// <summary>Waits until half of the healthy sessions have expired.</summary>
    public Task HalfOver() => Until(async () => await Ask<long>(
        $"select count(*) from event_store.scheduled_messages where owner like '{Prefix}healthy-%' and kind = 'expire'") <= healthy / 2);

    /// <summary>Waits until nothing is left to do: healthy sessions are removed, poison is given up.</summary>
    public Task Over() => Over(deadOnes: poison);

    Task Over(int deadOnes) => Until(async () =>
        await deadLetters.Count(CancellationToken.None) == deadOnes
        && !await Ask<bool>($"select exists (select from event_store.scheduled_messages where owner like '{Prefix}%')"));

    /// <summary>Repairs the poison, as an operator would, and waits until its sessions are removed too.</summary>
    public async Task Mend()
    {
        // A snapshot of another schema is not read; the stream is folded instead.
        await using (var mending = arena.Database.CreateCommand(
            $"update event_store.streams set snapshot_schema = 0 where owner like '{Prefix}poison-%'"))
        {
            mending.CommandTimeout = 0;
            (await mending.ExecuteNonQueryAsync()).ShouldBe(poison);
        }

        foreach (var letter in await deadLetters.List(poison, CancellationToken.None))
            (await deadLetters.Retry(letter.Address, CancellationToken.None)).ShouldBeTrue();
        await Over(deadOnes: 0);
    }

    string Prefix => $"storm-{number}-";

    /// <summary>Measures how long it takes to write as many sessions as are written at a time, and rolls back.</summary>
    async Task<TimeSpan> Rehearse(NpgsqlConnection connection, LeasePolicy policy)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        var began = arena.Clock.GetTimestamp();
        await using var batch = new NpgsqlBatch(connection);
        var now = await new Records(arena.Database).Now();
        batch.Append([.. Enumerable.Range(0, AtOnce).Select(index => Create(index, now, policy).Stream)], policy, SessionList.Project);
        await batch.ExecuteNonQueryAsync();
        await transaction.RollbackAsync();
        return arena.Clock.GetElapsedTime(began);
    }

    async Task Write(NpgsqlConnection connection, int[] chunk, DateTimeOffset now, LeasePolicy policy)
    {
        var start = arena.Clock.GetTimestamp();
        var created = Array.ConvertAll(chunk, index => Create(index, now, policy));
        await using var batch = new NpgsqlBatch(connection);
        batch.Append(Array.ConvertAll(created, one => one.Stream), policy, SessionList.Project);
        if (poison > 0)
            batch.Add("update event_store.streams set snapshot = '{\"active\":17}' where stream_id = any($1)").WithArray(
                NpgsqlDbType.Uuid, [.. created.Select(one => one.Stream.Address).Where(IsPoison).Select(address => address.Id.Value)]);
        await batch.ExecuteNonQueryAsync();
        var end = arena.Clock.GetTimestamp();
        foreach (var ((id, owner), trace) in created.Select(one => (one.Stream.Address, one.Number)))
        {
            arena.Load.Record(new Operation(
                trace, owner, Node, Session: null, new Asked.Create(arena.Library.Items[0].ItemId, Token: null), start, end, new Answer.Created(id)));
        }
    }

    (StreamChange Stream, long Number) Create(int index, DateTimeOffset now, LeasePolicy policy)
    {
        // Poison is spread among the healthy sessions, as in practice: every pass meets some.
        var isPoison = (index + 1L) * poison / (healthy + poison) > (long)index * poison / (healthy + poison);
        var owner = $"{Prefix}{(isPoison ? "poison" : "healthy")}-{index / SessionsPerOwner}";
        var stream = StreamChange.New(new SessionAddress(new SessionId(Guid.CreateVersion7()), owner));
        var trace = arena.Load.NextNumber();
        stream.Decide(
            new SessionCommand.Create(arena.Library.Items[0]), Guid.CreateVersion7(),
            new Provenance(Node, owner, TraceParent: Operation.TraceParentOf(trace), Node: Node), now, policy)
            .ShouldBeOfType<Decision.Accepted>();
        return (stream, trace);
    }

    bool IsPoison(SessionAddress address) => address.Owner.StartsWith($"{Prefix}poison-", StringComparison.Ordinal);

    async Task<T> Ask<T>(string statement)
    {
        await using var command = arena.Database.CreateCommand(statement);
        command.CommandTimeout = 0;
        return (T)(await command.ExecuteScalarAsync())!;
    }

    Task Until(Func<Task<bool>> isSo) =>
        arena.Until(isSo, () => $"The storm does not pass:\n{arena.Nodes[0].Printed}", Patience, look);
}
