using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using NpgsqlTypes;
using Sessions.Domain;
using Sessions.Projections;
using Sessions.Storage;

namespace Sessions.Faults.Storms;

/// <summary>Sessions whose leases end at one moment, made by the production code and ended by the nodes.</summary>
sealed class Clouds(NpgsqlDataSource database, PinnedItem item, TimeProvider clock)
{
    /// <summary>How many are created at a time; few, so that all leases end close together.</summary>
    const int AtOnce = 4096;

    /// <summary>Ten to each of as many owners as that takes; those of the foreground have another.</summary>
    const int SessionsPerOwner = 10;

    /// <summary>
    /// Creates sessions whose leases end together, and lets those of poison never be read again; returns when
    /// that is. It is as far off as their creation takes, by a rehearsal, and as much again and a little.
    /// </summary>
    public async Task<DateTimeOffset> Gather(Storm storm, TimeSpan atLeast, CancellationToken cancellation)
    {
        var began = clock.GetTimestamp();
        await Create([.. Enumerable.Range(0, AtOnce)], new LeasePolicy { IdleTimeout = TimeSpan.FromDays(1) }, cancellation);
        var due = clock.GetUtcNow() + atLeast
            + (clock.GetElapsedTime(began) * 2 * (storm.Healthy + storm.Poison) / AtOnce);

        var created = new List<SessionAddress>();
        var numbers = Enumerable.Range(0, storm.Healthy + storm.Poison);
        foreach (var chunk in numbers.Chunk(AtOnce))
        {
            var left = due - clock.GetUtcNow();
            left.ShouldBeGreaterThan(TimeSpan.Zero, "The sessions were due before all of them were there.");
            created.AddRange(await Create(chunk, new LeasePolicy { IdleTimeout = left }, cancellation));
        }

        // Poison lies among the healthy, as it would: every pass meets some.
        var poison = Enumerable.Range(0, storm.Poison).Select(i => created[(int)((long)i * created.Count / storm.Poison)]).ToArray();
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var batch = new NpgsqlBatch(connection);
        batch.Add("update event_store.streams set snapshot = '{\"active\":17}' where stream_id = any($1)")
            .WithArray(NpgsqlDbType.Uuid, poison.Select(address => address.Id.Value).ToArray());
        (await batch.ExecuteNonQueryAsync(cancellation)).ShouldBe(poison.Length);
        return due;
    }

    /// <summary>From the promised end of a lease to the recorded expiry, of all sessions expired, in order.</summary>
    public async Task<TimeSpan[]> Lateness(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            select expired.recorded_at - (created.data ->> 'expiresAt')::timestamptz as late
            from event_store.events as expired
            join event_store.events as created using (stream_id, owner)
            where expired.type = 'session_expired'
              and created.type = 'session_created'
            order by late
            """);
        command.CommandTimeout = 0;
        var late = new List<TimeSpan>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            late.Add(reader.GetFieldValue<TimeSpan>(0));
        return [.. late];
    }

    /// <summary>How many messages are due and neither carried out nor given up; those put aside too.</summary>
    public Task<long> Left(string kind = "expire") => Ask($"""
        select count(*) from event_store.scheduled_messages as message
        where kind = '{kind}' and (attempts > 0 or due_at <= clock_timestamp())
        """);

    public Task<long> DeadLetters() => Ask("select count(*) from event_store.dead_letters");

    async Task<IEnumerable<SessionAddress>> Create(int[] numbers, LeasePolicy policy, CancellationToken cancellation)
    {
        await using var commands = new GroupCommit(
            database, policy, new CommandOptions { QueueLimit = AtOnce }, SessionList.Project, clock,
            NullLogger<GroupCommit>.Instance);
        var outcomes = await Task.WhenAll(numbers.Select(number => commands.Submit(
            new SessionAddress(new SessionId(Guid.CreateVersion7()), $"due-{number / SessionsPerOwner}"),
            new SessionCommand.Create(item),
            new Provenance("storm", "storm"),
            cancellation)));
        outcomes.ShouldAllBe(outcome => outcome.Decision is Decision.Accepted);
        return outcomes.Select(outcome => outcome.Address);
    }

    async Task<long> Ask(string statement)
    {
        await using var command = database.CreateCommand(statement);
        command.CommandTimeout = 0;
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
