using Microsoft.Extensions.DependencyInjection;
using Sessions.Api.Downloads;
using Sessions.Content;
using Sessions.Domain;
using Sessions.Storage.Commands;
using Sessions.Storage.Log;
using Sessions.Storage.Streams;
using static Sessions.Domain.SessionCommand;

namespace Sessions.Tests.Fixtures;

/// <summary>A server with items that a test makes, and links to their files.</summary>
public class DownloadApp(TestPostgres postgres) : SessionsApp(postgres)
{
    public const string Owner = "ana";

    public GroupCommit Commands => Services.GetRequiredService<GroupCommit>();

    public ContentLibrary Library => Services.GetRequiredService<ContentLibrary>();

    /// <summary>An item with these files, known to the server.</summary>
    public Item AddItem(params (string Name, byte[] Bytes)[] files)
    {
        var folder = Directory.CreateDirectory(Path.Combine(ContentRoot, "tests", Guid.CreateVersion7().ToString("N")));
        foreach (var (name, bytes) in files)
            File.WriteAllBytes(Path.Combine(folder.FullName, name), bytes);
        return Find(folder.Name);
    }

    /// <summary>An item with one file of this many zeros, which take no space on the disk.</summary>
    public Item AddSparse(string name, long size)
    {
        var folder = Directory.CreateDirectory(Path.Combine(ContentRoot, "tests", Guid.CreateVersion7().ToString("N")));
        using (var file = File.Create(Path.Combine(folder.FullName, name)))
            file.SetLength(size);
        return Find(folder.Name);
    }

    public string PathOf(Item item, string fileName) => Path.Combine(ContentRoot, "tests", item.Name, fileName);

    /// <summary>A session on an item.</summary>
    public async Task<SessionAddress> Begin(Item item)
    {
        var address = new SessionAddress(new SessionId(Guid.CreateVersion7()), Owner);
        (await Send(address, new Create(item.Pin()))).ShouldBeAccepted();
        return address;
    }

    /// <summary>Prepares a file and returns the link to it.</summary>
    public async Task<Uri> Link(SessionAddress session, string fileName)
    {
        (await Send(session, new PrepareFile(fileName))).ShouldBeAccepted();
        return UnpreparedLink(session, fileName);
    }

    public Uri UnpreparedLink(SessionAddress session, string fileName)
    {
        var http = new Microsoft.AspNetCore.Http.DefaultHttpContext();
        http.Request.Scheme = Url.Scheme;
        http.Request.Host = new(Url.Authority);
        return Services.GetRequiredService<DownloadLinks>().LinkTo(http.Request, session, fileName);
    }

    /// <summary>A session on a new item of one file, and the link to it.</summary>
    public async Task<(SessionAddress Session, Uri Link)> Share(string fileName, byte[] bytes)
    {
        var session = await Begin(AddItem((fileName, bytes)));
        return (session, await Link(session, fileName));
    }

    public Task<CommandOutcome> Send(SessionAddress session, SessionCommand command) =>
        Commands.Submit(session, command, new Provenance("test", session.Owner), CancellationToken.None);

    public async Task<IReadOnlyList<LoggedEvent>> EventsOf(SessionAddress session) =>
        await Services.GetRequiredService<EventStore>().Read(session, CancellationToken.None).ToListAsync();

    /// <summary>Waits for this many events of one kind: a transfer's end is recorded after its bytes arrive.</summary>
    public async Task<LoggedEvent[]> Await<T>(SessionAddress session, int count = 1)
        where T : SessionEvent
    {
        var waited = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            LoggedEvent[] found = [.. (await EventsOf(session)).Where(recorded => recorded.Event is T)];
            if (found.Length >= count)
                return found;
            waited.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30), $"{found.Length} of {count} {typeof(T).Name}");
            await Run("select pg_sleep(0.02)");
        }
    }

    public async Task<Session.Living> SessionAt(SessionAddress session) =>
        (Session.Living)(await Services.GetRequiredService<EventStore>().Load(session)).Session;

    /// <summary>Content for a test's file: pseudo-random bytes, the same for the same size.</summary>
    public static byte[] Bytes(int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        return bytes;
    }

    Item Find(string name) => Library.Rescan().Items.Single(item => item.Name == name);
}
