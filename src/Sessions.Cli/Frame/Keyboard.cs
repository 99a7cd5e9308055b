namespace Sessions.Cli.Frame;

/// <summary>The process's keyboard. A read of a key cannot be canceled, so the keyboard is polled.</summary>
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
