using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;

namespace Sessions.Bench;

/// <summary>Starts programs, waits for them, and ends them with this one, each by its own id.</summary>
internal static class ChildProcess
{
    /// <summary>Runs a program to its end and returns what it printed.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message holds what it printed.</exception>
    public static async Task<string> Run(
        string program,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment,
        CancellationToken cancellation,
        Action<int>? started = null)
    {
        var output = new StringBuilder();
        await foreach (var line in Lines(program, arguments, environment, cancellation, started))
            output.Append(line).Append('\n');
        return output.ToString();
    }

    /// <summary>Runs a program to its end and returns what it prints, line by line.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message holds what it printed.</exception>
    public static async IAsyncEnumerable<string> Lines(
        string program,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment,
        [EnumeratorCancellation] CancellationToken cancellation,
        Action<int>? started = null)
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
        started?.Invoke(process.Id);
        try
        {
            var errors = process.StandardError.ReadToEndAsync(cancellation);
            var last = "";
            while (await process.StandardOutput.ReadLineAsync(cancellation) is { } line)
                yield return last = line;
            await process.WaitForExitAsync(cancellation);
            if (process.ExitCode != 0)
                throw new InvalidOperationException($"{Path.GetFileName(program)} failed with {process.ExitCode}: {await errors}{last}");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }
}
