using Sessions.Cli.Frame;

namespace Sessions.Cli;

/// <summary>The process: its terminal, its folder, its Ctrl-C.</summary>
internal static class Program
{
    static async Task<int> Main(string[] args)
    {
        using var interrupted = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            // The first one ends the command in order, the second one at once.
            pressed.Cancel = !interrupted.IsCancellationRequested;
            interrupted.Cancel();
        };
        return await CommandLine.Run(args, Terminal.OfProcess(), Directory.GetCurrentDirectory(), interrupted.Token);
    }
}
