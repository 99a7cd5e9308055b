using System.Runtime.InteropServices;

namespace Sessions.Api.Hosting;

/// <summary>
/// Hears of Ctrl-C, of SIGTERM, and of a terminal that is closed (SIGHUP) from the first moment to the last: the host does so
/// only while it runs, and what was started before, a private database, would be left behind.
/// </summary>
internal static class StopSignals
{
    static readonly CancellationTokenSource Stop = new();

    /// <summary>They are heard as long as these are kept.</summary>
    static PosixSignalRegistration[] kept = [];

    /// <summary>Begins to hear them.</summary>
    /// <returns>Cancelled when somebody wants the server to end.</returns>
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
