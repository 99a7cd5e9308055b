using Sessions.Domain;
using Sessions.Storage.Commands;
using Sessions.Storage.Log;

namespace Sessions.Tests.Fixtures;

/// <summary>Short forms of steps that many tests share.</summary>
static class NodeSentences
{
    public static readonly PinnedItem Item = new(
        Guid.Parse("11111111-2222-4333-8444-555555555555"), "v1",
        [new PinnedFile("disk.bin", 1024, DateTimeOffset.UnixEpoch), new PinnedFile("note.txt", 10, DateTimeOffset.UnixEpoch)]);

    public static Provenance By(string actor) => new("test", actor);

    public static SessionAddress NewAddress(string owner = "ana") => new(new SessionId(Guid.CreateVersion7()), owner);

    public static Task<CommandOutcome> Send(this Node node, SessionAddress address, SessionCommand command) =>
        node.Commands.Submit(address, command, By(address.Owner), CancellationToken.None);

    /// <summary>Creates a session and returns its address.</summary>
    public static async Task<SessionAddress> Create(this Node node, string owner = "ana", Guid? token = null)
    {
        var outcome = await node.Send(NewAddress(owner), new SessionCommand.Create(Item, token));
        outcome.Decision.ShouldBeOfType<Decision.Accepted>();
        return outcome.Address;
    }

    public static async Task<IReadOnlyList<SessionEvent>> EventsOf(this Node node, SessionAddress address) =>
        [.. (await node.Store.Read(address, CancellationToken.None).ToListAsync()).Select(recorded => recorded.Event)];

    /// <summary>Runs a test's own statement and returns its one value.</summary>
    public static async Task<T> Ask<T>(this Node node, string statement)
    {
        await using var command = node.Database.CreateCommand(statement);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public static async Task Run(this Node node, string statement)
    {
        await using var command = node.Database.CreateCommand(statement);
        await command.ExecuteNonQueryAsync();
    }
}
