using Sessions.Domain;
using Sessions.Storage.Commands;

namespace Sessions.Tests.Fixtures;

/// <summary>
/// A lane whose first command waits to read, so that all commands behind it become one batch, however fast the machine.
/// It does not wait to write, because no command waits long for that. The node must have one lane.
/// </summary>
sealed class HeldLane : IAsyncDisposable
{
    readonly OpenTransaction streams;
    readonly Task<CommandOutcome> first;

    HeldLane(OpenTransaction streams, Task<CommandOutcome> first) => (this.streams, this.first) = (streams, first);

    public static async Task<HeldLane> Hold(Node node)
    {
        var address = await node.Create("holder");
        var held = await OpenTransaction.Begin(node.ConnectionString);
        await held.Run("lock table event_store.streams in access exclusive mode");
        var blocked = node.Send(address, new SessionCommand.KeepAlive());
        await node.UntilLocked();
        return new HeldLane(held, blocked);
    }

    public async Task Release()
    {
        await streams.Commit();
        (await first).ShouldBeAccepted();
    }

    public ValueTask DisposeAsync() => streams.DisposeAsync();
}
