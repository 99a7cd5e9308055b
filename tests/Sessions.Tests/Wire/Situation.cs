using Microsoft.Extensions.DependencyInjection;
using Sessions.Content;
using Sessions.Domain;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Wire;

/// <summary>
/// The state that a file's requests meet, given by the sentence at the head of the file: who is logged in, and which
/// sessions there are. It gives names to what it prepares. It also carries out the events between requests, each given
/// by a sentence.
/// </summary>
sealed class Situation(WireApp app) : IAsyncDisposable
{
    public const string Usual = "ana is logged in";

    static readonly LeasePolicy Short = StoreSentences.OverAtOnce;

    static readonly Dictionary<string, Func<Situation, Task>> Sentences = new(StringComparer.Ordinal)
    {
        ["nobody is logged in"] = _ => Task.CompletedTask,
        [Usual] = here => here.LogIn("ana"),
        ["ana has just logged in"] = here => here.LogInAnew("ana"),
        ["storage is logged in"] = here => here.LogIn("storage"),
        ["an active session"] = here => here.SessionOf("ana"),
        ["two active sessions"] = here => here.Sessions(2),
        ["three active sessions"] = here => here.Sessions(3),
        ["as many sessions as one user may have"] = here => here.Sessions(WireApp.SessionsMax),
        ["an active session and a canceled one"] = here => here.Sessions(2, canceled: 1),
        ["two active sessions and a canceled one"] = here => here.Sessions(3, canceled: 1),
        ["a session of bo"] = here => here.SessionOf("bo"),
        ["an active session on tiny-vm"] = here => here.SessionOf("ana", item: "tiny-vm"),
        ["a session with a client token"] = here => here.SessionWithToken(),
        ["a canceled session"] = here => here.SessionOf("ana", new SessionCommand.Cancel()),
        ["a failed session"] = here => here.SessionOf("ana", new SessionCommand.Fail("The disk of the client is full.")),
        ["a deleted session"] = here => here.SessionOf("ana", new SessionCommand.Delete()),
        ["an expired session"] = here => here.ExpiredSession(Short),
        ["a session that reached its longest life"] =
            here => here.ExpiredSession(Short with { IdleTimeout = TimeSpan.FromHours(1), MaxLifetime = TimeSpan.Zero }),
        ["a session that was removed"] = here => here.RemovedSession(),
        ["a session whose file was changed since"] = here => here.SessionOfAnotherVersion(),
        ["an active session on a disk that is being read"] = here => here.SessionOnDiskBeingRead(),
    };

    static readonly Dictionary<string, Func<Situation, Task>> Events = new(StringComparer.Ordinal)
    {
        ["the disk has been read"] = here => here.diskBeingRead!.End(),
    };

    readonly Names names = new();
    DiskBeingRead? diskBeingRead;

    public Names Names => names;

    /// <summary>Resets a server to a new state, prepares the situation, and names what is there.</summary>
    public static async Task<Situation> Prepare(WireApp app, string sentence)
    {
        Sentences.ShouldContainKey(sentence);
        await app.Forget();
        var here = new Situation(app);
        here.names.Add("host", app.Url.Authority);
        here.names.Add("root", app.ContentRoot);
        var content = app.Services.GetRequiredService<ContentLibrary>().Current;
        foreach (var library in content.Libraries)
            here.names.Add(library.Name, library.Id.ToString("D"));
        foreach (var item in content.Items)
            here.names.Add(item.Name, item.Id.ToString("D"));
        await Sentences[sentence](here);
        return here;
    }

    /// <summary>Carries out an event that is not a request.</summary>
    public Task Happen(string sentence)
    {
        Events.ShouldContainKey(sentence);
        return Events[sentence](this);
    }

    public ValueTask DisposeAsync() => diskBeingRead?.DisposeAsync() ?? ValueTask.CompletedTask;

    async Task LogIn(string user) => names.Add("token", await app.TokenOf(user));

    async Task LogInAnew(string user) => names.Add("token", await app.NewTokenOf(user));

    async Task Sessions(int count, int canceled = 0)
    {
        await LogIn("ana");
        await using var node = new Node(app.ConnectionString);
        for (var number = 1; number <= count; number++)
        {
            var address = await Create(node);
            names.Add(number == 1 ? "session" : $"session {number}", address.Id.ToString());
            if (number > count - canceled)
                (await node.Send(address, new SessionCommand.Cancel())).ShouldBeAccepted();
        }
    }

    /// <summary>The file on the disk differs from the version that the session has pinned.</summary>
    async Task SessionOfAnotherVersion()
    {
        await LogIn("ana");
        await using var node = new Node(app.ConnectionString);
        var pinned = app.Services.GetRequiredService<ContentLibrary>().Current.Items.Single(one => one.Name == "hello-world").Pin();
        var older = pinned with { Files = [pinned.Files[0] with { ModifiedAt = DateTimeOffset.UnixEpoch }] };
        var address = NodeSentences.NewAddress();
        (await node.Send(address, new SessionCommand.Create(older))).ShouldBeAccepted();
        names.Add("session", address.Id.ToString());
    }

    async Task SessionOnDiskBeingRead()
    {
        diskBeingRead = await DiskBeingRead.Begin(app);
        names.Add("disk", app.Item(DiskBeingRead.Item));
        await SessionOf("ana", item: DiskBeingRead.Item);
    }

    async Task SessionOf(string owner, SessionCommand? command = null, string item = "hello-world")
    {
        await LogIn("ana");
        await using var node = new Node(app.ConnectionString);
        var address = await Create(node, owner, item);
        names.Add("session", address.Id.ToString());
        if (command is not null)
            (await node.Send(address, command)).ShouldBeAccepted();
    }

    async Task SessionWithToken()
    {
        await LogIn("ana");
        await using var node = new Node(app.ConnectionString);
        var token = Guid.CreateVersion7();
        names.Add("client-token", token.ToString("D"));
        names.Add("session", $"{(await Create(node, token: token)).Id}");
    }

    /// <summary>
    /// A session that this policy ends at once. The error's text says after how many seconds it ended: this must be 0.
    /// </summary>
    async Task ExpiredSession(LeasePolicy policy)
    {
        await LogIn("ana");
        await using var node = new Node(app.ConnectionString, policy);
        SessionAddress address;
        Session.Ended ended;
        do
        {
            address = await Create(node);
            ended = (await node.Send(address, new SessionCommand.Expire())).Session.ShouldBeOfType<Session.Ended>();
        }
        while (ended.At - ended.Lease.CreatedAt >= TimeSpan.FromSeconds(1));
        names.Add("session", address.Id.ToString());
    }

    async Task RemovedSession()
    {
        await LogIn("ana");
        await using var node = new Node(app.ConnectionString, Short);
        var address = await Create(node);
        names.Add("session", address.Id.ToString());
        // The first run ends the lease, the second the retention.
        await node.Schedule.RunUntilDone();
        await node.Schedule.RunUntilDone();
        (await node.SessionAt(address)).ShouldBeOfType<Session.Deleted>();
    }

    async Task<SessionAddress> Create(Node node, string owner = "ana", string item = "hello-world", Guid? token = null)
    {
        var pinned = app.Services.GetRequiredService<ContentLibrary>().Current.Items.Single(one => one.Name == item).Pin();
        var address = NodeSentences.NewAddress(owner);
        (await node.Send(address, new SessionCommand.Create(pinned, token))).ShouldBeAccepted();
        return address;
    }
}
