using Sessions.Cli.Frame;

namespace Sessions.Cli;

/// <summary>The process: its terminal, its folder, its Ctrl-C.</summary>
internal static class Program
{
    /// <summary>How long a command may take to end after Ctrl-C. One that writes into a full pipe never would.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    static async Task<int> Main(string[] args)
    {
        using var interrupted = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            // The first Ctrl-C cancels the command, the second ends the process at once.
            pressed.Cancel = !interrupted.IsCancellationRequested;
            interrupted.Cancel();
        };
        var command = Task.Run(
            () => CommandLine.Run(args, Terminal.OfProcess(), Directory.GetCurrentDirectory(), interrupted.Token),
            CancellationToken.None);
        return await await Task.WhenAny(command, EndOfPatience(interrupted.Token));
    }

    static async Task<int> EndOfPatience(CancellationToken interrupted)
    {
        var begins = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = interrupted.Register(begins.SetResult);
        await begins.Task;
        await Task.Delay(Patience, CancellationToken.None);
        return ExitCode.Interrupted;
    }
}
