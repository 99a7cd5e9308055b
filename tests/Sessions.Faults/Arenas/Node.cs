using System.Globalization;
using System.Net;
using Sessions.Tests.Fixtures;

namespace Sessions.Faults.Arenas;

/// <summary>One node of a run: a process of the published server, which may be started anew under the same name.</summary>
sealed class Node(string name, string folder, IReadOnlyDictionary<string, string?> settings) : IAsyncDisposable
{
    /// <summary>The server as it is published.</summary>
    public static readonly string Program = Path.Combine(AppContext.BaseDirectory, "server", "Sessions.Api");

    /// <summary>The same server with one more migration: the next version, as far as the database can tell.</summary>
    public static readonly string NextProgram = Path.Combine(AppContext.BaseDirectory, "server-next", "Sessions.Api");

    /// <summary>How long anything may take that must come, on the slowest machine.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    readonly HttpClient probe = new();
    ServerProcess? process;
    IDisposable? leftover;
    Uri url = new("http://127.0.0.1:1");

    public string Name => name;

    /// <summary>Where it listens, or last did.</summary>
    public Uri Url => url;

    /// <summary>Everything that its present process has printed.</summary>
    public string Printed => process is null ? "" : process.Output + process.Errors;

    /// <summary>Starts it, and waits until it listens.</summary>
    public async Task Start(string? program = null)
    {
        process = ServerProcess.Run(program ?? Program, folder, settings, []);
        var id = process.Id;
        leftover = Leftovers.Undo(() => System.Diagnostics.Process.Start(
            "kill", ["-KILL", id.ToString(CultureInfo.InvariantCulture)]).WaitForExit());
        url = await process.Listening();
    }

    /// <summary>Waits until it says that it can be given work.</summary>
    public async Task Ready()
    {
        using var patience = new CancellationTokenSource(Patience);
        while (await Health() is not { Status: HttpStatusCode.OK })
            await Task.Delay(Pause, patience.Token);
    }

    /// <summary>What it says of its health, or null if it does not answer.</summary>
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

    public Task Signal(string name) => process!.Signal(name);

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
            await Signal("KILL");
            await Ended();
        }

        await process.DisposeAsync();
    }
}
