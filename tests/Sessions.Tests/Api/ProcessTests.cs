using System.Net.Http.Json;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

/// <summary>
/// The server as a developer starts it: one command, nothing configured. The tests run one after another in one folder,
/// and each must find what the one before it left.
/// </summary>
public sealed class ProcessTests(ServerFolder folder) : IClassFixture<ServerFolder>
{
    [Fact]
    public async Task With_nothing_configured_it_starts_everything_and_says_what_to_try()
    {
        await using var server = ServerProcess.Develop(folder.FullPath);
        var url = await server.Listening();
        using var demo = await url.ClientOf("demo");

        (await demo.GetFromJsonAsync<string[]>(Paths.Libraries))!.ShouldHaveSingleItem();
        var id = await url.CreateSession();
        (await demo.List()).ShouldContain(id);
        using var admin = await url.ClientOf("admin");
        await server.Signal("TERM");
        (await server.Ended()).ShouldBe(0);
        server.Output.ShouldContain($"Sessions listens on {url.ToString().TrimEnd('/')}. Try:");
        server.Output.Split('\n').Count(line => line.Contains("curl ")).ShouldBe(3);
        server.Output.ShouldContain($"curl -s -X POST -u demo:demo {url}api/session");
    }

    [Fact]
    public async Task Who_has_users_of_his_own_is_told_what_they_can_try_and_no_password()
    {
        await using var server = ServerProcess.Develop(
            folder.FullPath, "--Urls=http://127.0.0.1:0", "--Users:0:Name=ana", "--Users:0:Password=not to be told");
        var url = await server.Listening();
        using var ana = await url.ClientOf("ana", "not to be told");
        await server.Signal("TERM");

        (await server.Ended()).ShouldBe(0);
        server.Output.ShouldContain($"curl -s -X POST -u ana {url}api/session");
        server.Output.ShouldNotContain("not to be told");
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    [InlineData("HUP")]
    public async Task A_signal_ends_it_and_its_database_and_the_next_start_finds_the_data_again(string signal)
    {
        string id;
        await using (var first = ServerProcess.Develop(folder.FullPath))
        {
            id = await (await first.Listening()).CreateSession();
            var postmaster = folder.Postmaster.ShouldNotBeNull();

            await first.Signal(signal);

            (await first.Ended()).ShouldBe(0);
            first.Errors.ShouldBeEmpty();
            folder.Postmaster.ShouldBeNull();
            ServerFolder.Runs(postmaster).ShouldBeFalse();
        }

        await using var second = ServerProcess.Develop(folder.FullPath);
        await (await second.Listening()).ShouldHave(id);
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
        await StoreSentences.Until(() => File.Exists(path) || Directory.Exists(path));

        await server.Signal(signal);

        (await server.Ended()).ShouldBe(0);
        server.Errors.ShouldBeEmpty();
        own.Postmaster.ShouldBeNull();
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("HUP")]
    public async Task A_signal_that_comes_again_and_again_to_all_that_it_runs_ends_it_and_its_database(string signal)
    {
        await using var own = new ServerFolder();
        await using var server = ServerProcess.DevelopInGroup(own.FullPath);
        await server.Listening();

        await server.Hold(signal);

        (await server.Ended()).ShouldBe(0);
        server.Errors.ShouldBeEmpty();
        own.Postmaster.ShouldBeNull();
    }

    [Fact]
    public async Task When_both_are_told_to_stop_both_do()
    {
        await using var own = new ServerFolder();
        await using var server = ServerProcess.Develop(own.FullPath);
        await server.Listening();
        var postmaster = own.Postmaster.ShouldNotBeNull();

        await Task.WhenAll(server.Signal("TERM"), ServerProcess.Signal("INT", postmaster));

        (await server.Ended()).ShouldBe(0);
        server.Errors.ShouldBeEmpty();
        ServerFolder.Runs(postmaster).ShouldBeFalse();
    }

    [Fact]
    public async Task When_its_database_has_ended_before_it_a_signal_ends_it_all_the_same()
    {
        await using var own = new ServerFolder();
        await using var server = ServerProcess.Develop(own.FullPath);
        await server.Listening();
        var postmaster = own.Postmaster.ShouldNotBeNull();
        await ServerProcess.Signal("QUIT", postmaster);
        await StoreSentences.Until(() => !ServerFolder.Runs(postmaster));

        await server.Signal("TERM");

        (await server.Ended()).ShouldBe(0);
        server.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task When_only_the_server_was_killed_the_next_start_takes_the_running_database_over()
    {
        await using var first = ServerProcess.Develop(folder.FullPath);
        var id = await (await first.Listening()).CreateSession();
        await first.Signal("KILL");
        await first.Ended();
        var postmaster = folder.Postmaster.ShouldNotBeNull();
        ServerFolder.Runs(postmaster).ShouldBeTrue();

        await using var second = ServerProcess.Develop(folder.FullPath);

        await (await second.Listening()).ShouldHave(id);
        folder.Postmaster.ShouldBe(postmaster);
        await second.Signal("TERM");
        (await second.Ended()).ShouldBe(0);
        ServerFolder.Runs(postmaster).ShouldBeFalse();
    }

    [Fact]
    public async Task When_both_were_killed_the_next_start_recovers_the_data()
    {
        await using var first = ServerProcess.Develop(folder.FullPath);
        var id = await (await first.Listening()).CreateSession();
        var postmaster = folder.Postmaster.ShouldNotBeNull();
        await first.Signal("KILL");
        await ServerProcess.Signal("KILL", postmaster);
        await first.Ended();

        await using var second = ServerProcess.Develop(folder.FullPath);

        await (await second.Listening()).ShouldHave(id);
        folder.Postmaster.ShouldNotBe(postmaster);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_said_in_one_line_and_the_other_servers_database_goes_on()
    {
        await using var first = ServerProcess.Develop(folder.FullPath);
        var url = await first.Listening();
        var id = await url.CreateSession();

        await using var second = ServerProcess.Develop(folder.FullPath, $"--Urls={url}");

        (await second.Ended()).ShouldBe(1);
        second.Errors.Trim().ShouldBe(
            $"sessions: Failed to bind to address {url.ToString().TrimEnd('/')}: address already in use. Set Urls to another address.");
        // Nothing else failed: the server stopped its background services in order.
        second.Output.ShouldNotContain("BackgroundService");
        second.Output.ShouldNotContain("Exception", customMessage: "a trace hides the line that says what to do");
        await url.ShouldHave(id);
    }

    /// <summary>
    /// In a process of its own: servers in one process share these meters, and the first to stop ends them for all.
    /// </summary>
    [Fact]
    public async Task A_server_in_development_tells_how_long_its_requests_took_and_who_is_connected()
    {
        await using var server = ServerProcess.Develop(folder.FullPath);
        var url = await server.Listening();
        await url.CreateSession();

        using var anybody = new HttpClient { BaseAddress = url };
        var metrics = await anybody.GetStringAsync("/metrics", TestContext.Current.CancellationToken);

        metrics.ShouldContain("\nhttp_server_request_duration_seconds_count{");
        metrics.ShouldContain("\nkestrel_active_connections{");
    }
}
