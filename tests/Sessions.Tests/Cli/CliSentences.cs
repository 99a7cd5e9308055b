using System.Diagnostics;
using Sessions.Cli.Frame;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Cli;

/// <summary>Runs the command line in this process, in a folder where nothing is configured.</summary>
static class CliSentences
{
    public static Task<CliResult> Run(params string[] args) => RunWithKeys(keys: null, args);

    public static Task<CliResult> RunOn(string connectionString, params string[] args) =>
        Run([.. args, "--connection", connectionString]);

    /// <summary>
    /// Runs the command line as a process of its own beside other programs: in a shell script, in which <c>sessions</c>
    /// is the command line on this database.
    /// </summary>
    public static async Task<CliResult> RunInShell(string connectionString, string script)
    {
        var start = new ProcessStartInfo("bash", ["-c", "sessions() { \"$DOTNET\" exec \"$SESSIONS\" \"$@\"; }\n" + script])
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["DOTNET"] = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        start.Environment["SESSIONS"] = Path.Combine(AppContext.BaseDirectory, "sessions.dll");
        start.Environment["ConnectionStrings__Sessions"] = connectionString;
        using var shell = Process.Start(start)!;
        try
        {
            shell.StandardInput.Close();
            var (output, error) = (shell.StandardOutput.ReadToEndAsync(), shell.StandardError.ReadToEndAsync());
            await shell.WaitForExitAsync().WaitAsync(StoreSentences.Patience);
            return new CliResult(shell.ExitCode, await output.WaitAsync(StoreSentences.Patience), await error.WaitAsync(StoreSentences.Patience));
        }
        finally
        {
            if (!shell.HasExited)
                shell.Kill(entireProcessTree: true);
        }
    }

    /// <summary>The same with a user at the terminal, who presses these keys.</summary>
    public static Task<CliResult> RunWithKeys(IEnumerable<ConsoleKey>? keys, params string[] args) => Run(keys, appsettings: null, args);

    /// <summary>The same in a folder with this <c>appsettings.json</c>.</summary>
    public static Task<CliResult> RunConfigured(string appsettings, params string[] args) => Run(keys: null, appsettings, args);

    static async Task<CliResult> Run(IEnumerable<ConsoleKey>? keys, string? appsettings, string[] args)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var pressed = keys is null ? null : new Queue<ConsoleKey>(keys);
        var terminal = new Terminal(output, error, pressed is null ? null : _ => Task.FromResult<ConsoleKeyInfo?>(
            pressed.TryDequeue(out var key) ? new ConsoleKeyInfo((char)key, key, shift: false, alt: false, control: false) : null));
        var folder = Directory.CreateTempSubdirectory("sessions-cli-");
        try
        {
            if (appsettings is not null)
                await File.WriteAllTextAsync(Path.Combine(folder.FullName, "appsettings.json"), appsettings);
            var exitCode = await CommandLine.Run(args, terminal, folder.FullName, TestContext.Current.CancellationToken);
            return new CliResult(exitCode, output.ToString(), error.ToString());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
