using System.Runtime.InteropServices;

namespace Sessions.Api.Hosting;

/// <summary>
/// Handles Ctrl-C, SIGTERM, and the closing of the terminal (SIGHUP) for the whole life of the process. The host does so
/// only while it runs; a signal before or after would leave a private database running.
/// </summary>
internal static class StopSignals
{
    static readonly CancellationTokenSource Stop = new();

    /// <summary>A registration is in force only while it is referenced.</summary>
    static PosixSignalRegistration[] kept = [];

    /// <summary>Registers the signal handlers.</summary>
    /// <returns>A token that the first signal cancels.</returns>
    public static CancellationToken Hear()
    {
        kept = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, End))];
        return Stop.Token;
    }

    static void End(PosixSignalContext signal)
    {
        signal.Cancel = true;
        Stop.Cancel();
    }
}
