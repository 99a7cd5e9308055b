using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Sessions.Tests.Fixtures;

/// <summary>The real server as a process of its own, as a developer or an operator starts it.</summary>
sealed class ServerProcess : IAsyncDisposable
{
    /// <summary>How long a start or a shutdown may take on a busy machine.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    const string ListeningOn = "Listening on ";

    static readonly string Host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    static readonly string Program = Path.Combine(AppContext.BaseDirectory, "Sessions.Api.dll");

    static readonly Dictionary<string, string?> Development = new() { ["ASPNETCORE_ENVIRONMENT"] = "Development" };

    readonly Process process;
    readonly StringBuilder output = new();
    readonly StringBuilder errors = new();
    readonly TaskCompletionSource<Uri> listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Task reading;

    ServerProcess(Process process)
    {
        this.process = process;
        reading = Task.WhenAll(Read(process.StandardOutput, output), Read(process.StandardError, errors));
    }

    public int Id => process.Id;

    public string Output => TextOf(output);

    public string Errors => TextOf(errors);

    /// <summary>Starts it.</summary>
    /// <param name="folder">Its working folder, where development keeps its private database.</param>
    /// <param name="environment">Variables besides those of the test; null removes one.</param>
    /// <param name="arguments">Its arguments.</param>
    public static ServerProcess Start(
        string folder, IReadOnlyDictionary<string, string?> environment, params string[] arguments) =>
        Run(Host, folder, environment, ["exec", Program, .. arguments]);

    /// <summary>Starts it without root's right to read any file.</summary>
    public static ServerProcess StartUnprivileged(string folder, IReadOnlyDictionary<string, string?> environment)
    {
        string[] command = [Host, "exec", Program];
        return Environment.IsPrivilegedProcess
            ? Run("setpriv", folder, environment, ["--bounding-set=-dac_override,-dac_read_search", .. command])
            : Run(command[0], folder, environment, command[1..]);
    }

    /// <summary>Starts a server by way of this program.</summary>
    public static ServerProcess Run(
        string program, string folder, IReadOnlyDictionary<string, string?> environment, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new ServerProcess(Process.Start(start)!);
    }

    /// <summary>Starts it in development, with nothing configured but a free port.</summary>
    public static ServerProcess Develop(string folder, params string[] arguments) =>
        Start(folder, Development, [.. arguments.DefaultIfEmpty("--Urls=http://127.0.0.1:0")]);

    /// <summary>The same, in a process that may have at most this many files open.</summary>
    public static ServerProcess Develop(string folder, int most, string? content = null) => Run(
        "sh", folder, new Dictionary<string, string?>(Development) { ["Content__Root"] = content }, ["-c", $"ulimit -n {most}; exec \"$@\"", "sh", Host, "exec", Program, "--Urls=http://127.0.0.1:0"]);

    /// <summary>The same, as a terminal starts it: in its own process group, with its child processes.</summary>
    public static ServerProcess DevelopInGroup(string folder) =>
        Run("setsid", folder, Development, [Host, "exec", Program, "--Urls=http://127.0.0.1:0"]);

    /// <summary>The address on which it listens, once it logs that. Fails with its output if it ends instead.</summary>
    public Task<Uri> Listening() => listening.Task.WaitAsync(Patience);

    /// <summary>Its exit code, once it has ended.</summary>
    public async Task<int> Ended()
    {
        await process.WaitForExitAsync().WaitAsync(Patience);
        await reading.WaitAsync(Patience);
        return process.ExitCode;
    }

    /// <summary>Sends a line to its standard input, and closes the input.</summary>
    public async Task Say(string line)
    {
        await process.StandardInput.WriteLineAsync(line);
        process.StandardInput.Close();
    }

    /// <summary>Sends a signal: TERM, INT or KILL.</summary>
    public Task Signal(string name) => Signal(name, process.Id);

    /// <summary>
    /// Sends a signal to the server and its child processes repeatedly until the server ends, as when Ctrl-C is held
    /// down.
    /// </summary>
    public async Task Hold(string signal)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!process.HasExited)
        {
            await Signal(signal, -process.Id);
            await Task.Delay(30, patience.Token);
        }
    }

    /// <summary>
    /// Sends a signal to a process that this test has started, given its id, or to a process group, given its negated
    /// id.
    /// </summary>
    public static async Task Signal(string name, int processId)
    {
        using var kill = Process.Start("kill", [$"-{name}", "--", processId.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (!process.HasExited)
            {
                await Signal("TERM");
                await Ended();
            }
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        finally
        {
            process.Dispose();
        }
    }

    async Task Read(StreamReader stream, StringBuilder text)
    {
        while (await stream.ReadLineAsync() is { } line)
        {
            lock (text)
                text.AppendLine(line);
            if (UrlIn(line) is { } url)
                listening.TrySetResult(url);
        }

        listening.TrySetException(new InvalidOperationException($"It ended: {Output}{Errors}"));
    }

    static string TextOf(StringBuilder text)
    {
        lock (text)
            return text.ToString();
    }

    static Uri? UrlIn(string line) =>
        line.IndexOf(ListeningOn, StringComparison.Ordinal) is >= 0 and var at
            ? new Uri(line[(at + ListeningOn.Length)..].Trim())
            : null;
}
