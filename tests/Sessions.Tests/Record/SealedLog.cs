using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Record;

/// <summary>A log of ten events, to be put under seals over the positions 1 to 4, 5 to 8, and 9 and 10.</summary>
public abstract class SealedLog(TestPostgres postgres) : IAsyncLifetime
{
    private protected Node Node { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Node = new Node(await postgres.CreateDatabase());
        await Node.LiveALittle();
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return Node.DisposeAsync();
    }
}
