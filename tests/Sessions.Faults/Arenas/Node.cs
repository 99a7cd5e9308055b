using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Sessions.Tests.Fixtures;

namespace Sessions.Faults.Arenas;

/// <summary>One node of a run: a process of the published server, which may be started again under the same name.</summary>
sealed class Node(Arena arena, string name, IReadOnlyDictionary<string, string?> settings) : IAsyncDisposable
{
    /// <summary>The server, published as it is now.</summary>
    public static readonly string Program = Path.Combine(AppContext.BaseDirectory, "server", "Sessions.Api");

    /// <summary>The same server with one more migration: the next version, as far as the database can tell.</summary>
    public static readonly string NextProgram = Path.Combine(AppContext.BaseDirectory, "server-next", "Sessions.Api");

    const string Kill = "KILL";

    readonly HttpClient probe = new();
    ServerProcess? process;
    IDisposable? leftover;
    Uri url = new("http://127.0.0.1:1");

    public string Name => name;

    /// <summary>Where it listens, or last did.</summary>
    public Uri Url => url;

    /// <summary>Whether it was ever killed, which may have lost records that no request waited for.</summary>
    public bool WasKilled { get; private set; }

    /// <summary>Everything that its current process has printed.</summary>
    public string Printed => process is null ? "" : process.Output + process.Errors;

    /// <summary>Starts it, and waits until it listens.</summary>
    public async Task Start(string? program = null)
    {
        process = ServerProcess.Run(program ?? Program, arena.Folder, settings, []);
        var id = process.Id;
        leftover = Leftovers.Undo(() => System.Diagnostics.Process.Start(
            "kill", ["-KILL", id.ToString(CultureInfo.InvariantCulture)]).WaitForExit());
        url = await process.Listening();
    }

    /// <summary>Waits until it reports that it is ready.</summary>
    public Task Ready() => arena.Until(
        async () => await Health() is { Status: HttpStatusCode.OK }, () => $"{name} does not become ready:\n{Printed}");

    /// <summary>Stops it with exit code 0, and starts this program in its place.</summary>
    public async Task Restart(string program)
    {
        await Stop("TERM");
        await Start(program);
        await Ready();
    }

    /// <summary>Ends it. Unless it is killed, its exit code must be 0.</summary>
    public async Task Stop(string signal)
    {
        await Signal(signal);
        var code = await Ended();
        if (signal != Kill)
            code.ShouldBe(0, Printed);
    }

    /// <summary>Whether it takes connections.</summary>
    public async Task<bool> Listens()
    {
        using var knock = new TcpClient();
        try
        {
            await knock.ConnectAsync(url.Host, url.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>What its health check answers, or null if there is no answer.</summary>
    public async Task<(HttpStatusCode Status, string Text)?> Health()
    {
        try
        {
            using var answer = await probe.GetAsync(new Uri(Url, "/health/ready"));
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    public Task Signal(string signal)
    {
        WasKilled |= signal == Kill;
        return process!.Signal(signal);
    }

    /// <summary>Its exit code, once it has ended.</summary>
    public async Task<int> Ended()
    {
        var code = await process!.Ended();
        leftover?.Dispose();
        leftover = null;
        return code;
    }

    public async ValueTask DisposeAsync()
    {
        probe.Dispose();
        if (process is null)
            return;
        if (leftover is not null)
        {
            await Signal(Kill);
            await Ended();
        }

        await process.DisposeAsync();
    }
}
