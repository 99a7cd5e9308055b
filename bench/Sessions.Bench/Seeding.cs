using Microsoft.Extensions.Logging.Abstractions;
using Sessions.Domain;
using Sessions.Projections;
using Sessions.Storage;
using Sessions.Storage.Commands;
using Sessions.Storage.Log;

namespace Sessions.Bench;

/// <summary>Creates sessions through the production code, many at once.</summary>
internal sealed class Seeding(Cluster cluster, PinnedItem item)
{
    /// <summary>How many creations are submitted at a time.</summary>
    const int AtOnce = 4096;

    static readonly CommandOptions Options = new() { QueueLimit = 4 * AtOnce };

    /// <summary>Creates one session for each owner named.</summary>
    public async Task<IReadOnlyList<CommandOutcome>> Create(
        IEnumerable<string> owners, LeasePolicy policy, CancellationToken cancellation)
    {
        var connections = Database.OpenForCommands(cluster.ServedConnectionString, Options, "bench");
        await using var commands = new GroupCommit(
            connections, policy, Options, SessionList.Project, TimeProvider.System, NullLogger<GroupCommit>.Instance);
        var outcomes = new List<CommandOutcome>();
        foreach (var chunk in owners.Chunk(AtOnce))
        {
            outcomes.AddRange(await Task.WhenAll(chunk.Select(owner => commands.Submit(
                new SessionAddress(new SessionId(Guid.CreateVersion7()), owner),
                new SessionCommand.Create(item),
                new Provenance("bench", owner, Node: "bench"),
                cancellation))));
        }

        return outcomes.All(outcome => outcome.Decision is Decision.Accepted)
            ? outcomes
            : throw new InvalidOperationException("A creation was refused.");
    }

    /// <summary>The ids of all sessions of a user.</summary>
    public async Task<IReadOnlyList<SessionId>> Of(string owner)
    {
        await using var list = new SessionList(cluster.Served, Options);
        return await list.Of(owner, itemId: null);
    }
}
