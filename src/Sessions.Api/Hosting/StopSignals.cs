using System.Runtime.InteropServices;

namespace Sessions.Api.Hosting;

/// <summary>
/// Hears of Ctrl-C and SIGTERM from the first moment: the host does so only once it runs, and what was started until then,
/// a private database, would be left behind.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    readonly CancellationTokenSource stop = new();
    readonly PosixSignalRegistration[] heard;

    public StopSignals() => heard = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM }.Select(
        signal => PosixSignalRegistration.Create(signal, Stop))];

    /// <summary>Cancelled when somebody wants the server to end.</summary>
    public CancellationToken Token => stop.Token;

    void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true;
        stop.Cancel();
    }

    public void Dispose()
    {
        foreach (var one in heard)
            one.Dispose();
        stop.Dispose();
    }
}
