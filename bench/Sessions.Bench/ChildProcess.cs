using System.Diagnostics;

namespace Sessions.Bench;

/// <summary>Programs that are started, waited for, and ended with this one, each by its own id.</summary>
internal static class ChildProcess
{
    /// <summary>Runs a program to its end and returns what it printed.</summary>
    /// <exception cref="InvalidOperationException">It failed; holds what it said.</exception>
    public static async Task<string> Run(
        string program,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment,
        CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
            start.Environment[name] = value;

        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellation);
            var errors = process.StandardError.ReadToEndAsync(cancellation);
            await process.WaitForExitAsync(cancellation);
            return process.ExitCode == 0
                ? await output
                : throw new InvalidOperationException(
                    $"{Path.GetFileName(program)} failed with {process.ExitCode}: {await errors}{await output}");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }
}
