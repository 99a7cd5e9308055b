using Sessions.Domain;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Cli;

static class ReplaySentences
{
    /// <summary>A session that is created, kept alive and canceled.</summary>
    public static async Task<SessionAddress> Life(this Node node)
    {
        var address = await node.Create();
        await node.Send(address, new SessionCommand.KeepAlive(40));
        await node.Send(address, new SessionCommand.Cancel());
        return address;
    }
}
