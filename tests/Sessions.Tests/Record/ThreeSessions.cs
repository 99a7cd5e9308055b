using Sessions.Domain;
using Sessions.Tests.Fixtures;
using static Sessions.Domain.SessionCommand;

namespace Sessions.Tests.Record;

/// <summary>A store with an active, an ended and a deleted session, for tests of what is stored of them.</summary>
public abstract class ThreeSessions(TestPostgres postgres) : IAsyncLifetime
{
    protected const string Events = "event_store.events";
    protected const string Streams = "event_store.streams";
    protected const string Messages = "event_store.scheduled_messages";
    protected const string List = "read_models.session_list";

    private protected Node Node { get; private set; } = null!;

    protected SessionAddress Active { get; private set; }

    protected SessionAddress Ended { get; private set; }

    protected SessionAddress Gone { get; private set; }

    public async ValueTask InitializeAsync()
    {
        Node = new Node(await postgres.CreateDatabase());
        Active = await Node.Create(token: Guid.CreateVersion7());
        await Node.Send(Active, new PrepareFile("disk.bin", EndpointType.Https));
        await Node.Send(Active, new KeepAlive(40));
        Ended = await Node.Create("bo");
        await Node.Send(Ended, new Fail("disk full"));
        Gone = await Node.Create("cy", Guid.CreateVersion7());
        await Node.Send(Gone, new Delete());
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Node.DisposeAsync();
    }

    protected SessionAddress? AddressOf(string whose) => whose switch
    {
        "active" => Active,
        "ended" => Ended,
        "gone" => Gone,
        _ => null,
    };
}
