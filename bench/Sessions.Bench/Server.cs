using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace Sessions.Bench;

/// <summary>The published server as a process of its own, in production, from start to stop.</summary>
internal sealed class Server : IAsyncDisposable
{
    static readonly TimeSpan ReadyPause = TimeSpan.FromMilliseconds(5);
    static readonly TimeSpan ReadyMax = TimeSpan.FromSeconds(60);
    static readonly TimeSpan StopMax = TimeSpan.FromSeconds(30);

    readonly Process process;
    readonly StringBuilder output = new();

    Server(Process process, Uri url)
    {
        this.process = process;
        Http = new HttpClient { BaseAddress = url, DefaultRequestVersion = HttpVersion.Version11 };
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Calls to it.</summary>
    public HttpClient Http { get; }

    public Uri Url => Http.BaseAddress!;

    /// <summary>How long it took from the start of the process until it reported that it was ready.</summary>
    public TimeSpan ReadyAfter { get; private set; }

    /// <param name="program">The published server.</param>
    /// <param name="settings">Its configuration, as environment variables name it.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    /// <exception cref="InvalidOperationException">It ended or never became ready; holds what it printed.</exception>
    public static async Task<Server> Start(
        string program, IReadOnlyDictionary<string, string> settings, CancellationToken cancellation)
    {
        var url = new Uri($"http://127.0.0.1:{FreePort()}");
        var start = new ProcessStartInfo(program)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment["DOTNET_ENVIRONMENT"] = "Production";
        start.Environment["Urls"] = url.AbsoluteUri;

        var started = Stopwatch.GetTimestamp();
        var server = new Server(Process.Start(start)!, url);
        try
        {
            while (!await server.IsReady(cancellation))
            {
                if (server.process.HasExited || Stopwatch.GetElapsedTime(started) > ReadyMax)
                    throw new InvalidOperationException($"The server did not become ready:\n{server.Printed}");
                await Task.Delay(ReadyPause, cancellation);
            }

            server.ReadyAfter = Stopwatch.GetElapsedTime(started);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Logs in and returns the token.</summary>
    public async Task<string> LogIn(string user, string password, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/session");
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
        return await Send(request, cancellation);
    }

    /// <summary>Sends a request of a logged-in user and returns the answer's text without quotes.</summary>
    /// <exception cref="HttpRequestException">The answer reports a failure.</exception>
    public async Task<string> Send(
        HttpMethod method, string path, string token, string? json, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Add("vmware-api-session-id", token);
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        return await Send(request, cancellation);
    }

    async Task<string> Send(HttpRequestMessage request, CancellationToken cancellation)
    {
        using var response = await Http.SendAsync(request, cancellation);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadAsStringAsync(cancellation)).Trim('"');
    }

    /// <summary>The memory that the process holds at this moment, in bytes.</summary>
    public long ResidentMemory =>
        Bench.ResidentMemory.Of(process.Id) ?? throw new InvalidOperationException($"The server has ended:\n{Printed}");

    /// <summary>How long the process has been on a processor.</summary>
    public TimeSpan ProcessorTime => Bench.ProcessorTime.Of(process.Id);

    /// <summary>The last lines that it printed.</summary>
    public string Printed
    {
        get
        {
            lock (output)
                return output.ToString();
        }
    }

    async Task<bool> IsReady(CancellationToken cancellation)
    {
        try
        {
            using var answer = await Http.GetAsync("/health/ready", cancellation);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    void Keep(string? line)
    {
        const int kept = 16_384;
        if (line is null)
            return;
        lock (output)
        {
            output.AppendLine(line);
            if (output.Length > 2 * kept)
                output.Remove(0, output.Length - kept);
        }
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Sends <c>SIGTERM</c>, as an operator would, and kills the server if it does not stop.</summary>
    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (!process.HasExited)
        {
            using (var term = Process.Start("/bin/sh", ["-c", $"kill -TERM {process.Id}"]))
                await term.WaitForExitAsync();
            using var patience = new CancellationTokenSource(StopMax);
            try
            {
                await process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill();
                await process.WaitForExitAsync(CancellationToken.None);
            }
        }

        process.Dispose();
    }
}
