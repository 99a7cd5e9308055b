namespace Sessions.Cli.Frame;

/// <summary>The process's keyboard. The system has no read of a key that can be given up, so it is asked again and again.</summary>
internal static class Keyboard
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static async Task<ConsoleKeyInfo?> Read(CancellationToken cancellation)
    {
        while (!Console.KeyAvailable)
            await Task.Delay(Pause, cancellation);
        return Console.ReadKey(intercept: true);
    }
}
