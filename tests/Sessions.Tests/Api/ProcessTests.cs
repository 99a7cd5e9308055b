using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using Sessions.Api.Hosting;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

/// <summary>
/// The server as a developer starts it: one command, nothing configured. The tests follow one another
/// in one folder, and each must find what the one before it left.
/// </summary>
public sealed class ProcessTests(ServerFolder folder) : IClassFixture<ServerFolder>
{
    [Fact]
    public async Task With_nothing_configured_it_starts_everything_and_says_what_to_try()
    {
        await using var server = ServerProcess.Develop(folder.FullPath);
        var url = await server.Listening();
        using var demo = await ClientOf(url, "demo");

        (await demo.GetFromJsonAsync<string[]>(Paths.Libraries))!.ShouldHaveSingleItem();
        var id = await CreateSession(url);
        (await demo.List()).ShouldContain(id);
        using var admin = await ClientOf(url, "admin");
        await server.Signal("TERM");
        (await server.Ended()).ShouldBe(0);
        server.Output.ShouldContain($"Sessions listens on {url.ToString().TrimEnd('/')}. Try:");
        server.Output.Split('\n').Count(line => line.Contains("curl ")).ShouldBe(3);
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task A_signal_ends_it_and_its_database_and_the_next_start_finds_the_data_again(string signal)
    {
        string id;
        await using (var first = ServerProcess.Develop(folder.FullPath))
        {
            id = await CreateSession(await first.Listening());
            var postmaster = folder.Postmaster.ShouldNotBeNull();

            await first.Signal(signal);

            (await first.Ended()).ShouldBe(0);
            first.Errors.ShouldBeEmpty();
            folder.Postmaster.ShouldBeNull();
            ServerFolder.Runs(postmaster).ShouldBeFalse();
        }

        await using var second = ServerProcess.Develop(folder.FullPath);
        await ShouldHave(await second.Listening(), id);
    }

    [Theory]
    [InlineData("TERM", "owner.lock")]
    [InlineData("INT", "data")]
    [InlineData("TERM", "data/postmaster.pid")]
    [InlineData("INT", "data/postmaster.pid")]
    public async Task A_signal_while_it_starts_ends_it_and_what_it_has_started(string signal, string seen)
    {
        await using var own = new ServerFolder();
        await using var server = ServerProcess.Develop(own.FullPath);
        var path = Path.Combine(own.FullPath, ".sessions", "postgres", seen);
        await Until(() => File.Exists(path) || Directory.Exists(path));

        await server.Signal(signal);

        (await server.Ended()).ShouldBe(0);
        server.Errors.ShouldBeEmpty();
        own.Postmaster.ShouldBeNull();
    }

    [Fact]
    public async Task Ctrl_C_that_is_held_down_ends_it_and_its_database()
    {
        await using var own = new ServerFolder();
        await using var server = ServerProcess.DevelopInGroup(own.FullPath);
        await server.Listening();

        await server.HoldCtrlC();

        (await server.Ended()).ShouldBe(0);
        server.Errors.ShouldBeEmpty();
        own.Postmaster.ShouldBeNull();
    }

    [Fact]
    public async Task When_its_database_has_ended_before_it_a_signal_ends_it_all_the_same()
    {
        await using var own = new ServerFolder();
        await using var server = ServerProcess.Develop(own.FullPath);
        await server.Listening();
        var postmaster = own.Postmaster.ShouldNotBeNull();
        await ServerProcess.Signal("QUIT", postmaster);
        await Until(() => !ServerFolder.Runs(postmaster));

        await server.Signal("TERM");

        (await server.Ended()).ShouldBe(0);
        server.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task With_few_files_it_takes_fewer_connections_says_so_and_lives()
    {
        var files = OpenFiles.Max() ?? long.MaxValue;
        Assert.SkipUnless(files >= 3000, $"1200 connections are to be opened here; this process may have {files} files open.");
        await using var own = new ServerFolder();
        await using var server = ServerProcess.Develop(own.FullPath, most: 1024);
        var url = await server.Listening();
        var sockets = new List<Socket>();
        for (var i = 0; i < 1200; i++)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, url.Port);
            sockets.Add(socket);
        }

        foreach (var socket in sockets)
            socket.Dispose();

        await CreateSession(url);
        server.Output.ShouldContain("Taking 312 connections at most");
    }

    [Fact]
    public async Task With_few_files_no_number_of_downloads_ends_it()
    {
        await using var own = new ServerFolder();
        var item = Directory.CreateDirectory(Path.Combine(own.FullPath, "content", "library", "item"));
        await using (var large = File.Create(Path.Combine(item.FullName, "large")))
            large.SetLength(64 << 20);
        await using var server = ServerProcess.Develop(own.FullPath, most: 1024, Path.Combine(own.FullPath, "content"));
        var url = await server.Listening();
        var id = await CreateSession(url);
        using var demo = await ClientOf(url, "demo");
        await demo.Prepare(id, "large");
        var link = new Uri((await demo.Await(id, "large"))[^1].Link());
        var readers = new List<Socket>();
        for (var i = 0; i < 600; i++)
            readers.Add(await BeginToRead(link));

        foreach (var reader in readers)
            reader.Dispose();

        await CreateSession(url);
        server.Output.ShouldNotContain("Too many open files");
    }

    [Fact]
    public async Task When_only_the_server_was_killed_the_next_start_takes_the_running_database_over()
    {
        await using var first = ServerProcess.Develop(folder.FullPath);
        var id = await CreateSession(await first.Listening());
        await first.Signal("KILL");
        await first.Ended();
        var postmaster = folder.Postmaster.ShouldNotBeNull();
        ServerFolder.Runs(postmaster).ShouldBeTrue();

        await using var second = ServerProcess.Develop(folder.FullPath);

        await ShouldHave(await second.Listening(), id);
        folder.Postmaster.ShouldBe(postmaster);
        await second.Signal("TERM");
        (await second.Ended()).ShouldBe(0);
        ServerFolder.Runs(postmaster).ShouldBeFalse();
    }

    [Fact]
    public async Task When_both_were_killed_the_next_start_recovers_the_data()
    {
        await using var first = ServerProcess.Develop(folder.FullPath);
        var id = await CreateSession(await first.Listening());
        var postmaster = folder.Postmaster.ShouldNotBeNull();
        await first.Signal("KILL");
        await ServerProcess.Signal("KILL", postmaster);
        await first.Ended();

        await using var second = ServerProcess.Develop(folder.FullPath);

        await ShouldHave(await second.Listening(), id);
        folder.Postmaster.ShouldNotBe(postmaster);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_said_in_one_line_and_the_other_servers_database_goes_on()
    {
        await using var first = ServerProcess.Develop(folder.FullPath);
        var url = await first.Listening();
        var id = await CreateSession(url);

        await using var second = ServerProcess.Develop(folder.FullPath, $"--Urls={url}");

        (await second.Ended()).ShouldBe(1);
        second.Errors.Trim().ShouldBe(
            $"sessions: Failed to bind to address {url.ToString().TrimEnd('/')}: address already in use. Set Urls to another one.");
        // Nothing else had failed: what ran in the background was stopped.
        second.Output.ShouldNotContain("BackgroundService");
        second.Output.ShouldNotContain("Exception", customMessage: "a trace hides the line that says what to do");
        await ShouldHave(url, id);
    }

    /// <summary>In a process of its own: servers that share one share these meters, and whoever stops ends them for all.</summary>
    [Fact]
    public async Task A_server_in_development_tells_how_long_its_requests_took_and_who_is_connected()
    {
        await using var server = ServerProcess.Develop(folder.FullPath);
        var url = await server.Listening();
        await CreateSession(url);

        using var anybody = new HttpClient { BaseAddress = url };
        var metrics = await anybody.GetStringAsync("/metrics", TestContext.Current.CancellationToken);

        metrics.ShouldContain("\nhttp_server_request_duration_seconds_count{");
        metrics.ShouldContain("\nkestrel_active_connections{");
    }

    /// <summary>Asks for a file, and takes no more of it than the socket does by itself; or is turned away.</summary>
    static async Task<Socket> BeginToRead(Uri link)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(IPAddress.Loopback, link.Port);
        try
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes($"GET {link.PathAndQuery} HTTP/1.1\r\nHost: {link.Authority}\r\n\r\n"));
            await socket.ReceiveAsync(new byte[12]);
        }
        catch (SocketException)
        {
            // Closed at once: it is one too many.
        }

        return socket;
    }

    /// <summary>What other processes do can only be looked at.</summary>
    static async Task Until(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(StoreSentences.Patience);
        while (!condition())
            await Task.Delay(5, patience.Token);
    }

    static async Task<string> CreateSession(Uri url)
    {
        using var demo = await ClientOf(url, "demo");
        var library = (await demo.GetFromJsonAsync<string[]>(Paths.Libraries))!.Single();
        var items = await demo.GetFromJsonAsync<string[]>($"{Paths.Items}?library_id={library}");
        return await demo.CreateSession(items![0]);
    }

    static async Task ShouldHave(Uri url, string id)
    {
        using var demo = await ClientOf(url, "demo");
        (await demo.Session(id)).State().ShouldBe("ACTIVE");
    }

    /// <summary>The server listens before its database is migrated, so the first login may come too early.</summary>
    static async Task<HttpClient> ClientOf(Uri url, string user)
    {
        var client = new HttpClient { BaseAddress = url };
        using var login = await client.LogInWhenReady(user, user);
        client.DefaultRequestHeaders.Add("vmware-api-session-id", await login.Content.ReadFromJsonAsync<string>());
        return client;
    }
}
