using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Sessions.Cli.Frame;

/// <summary>
/// The process's standard output. A pipe is written without the framework's console, which does not report that the
/// reader is gone: a command would go on for nobody.
/// </summary>
internal static partial class StandardOutput
{
    /// <summary>The system's error for writing into a pipe without a reader: EPIPE.</summary>
    const int BrokenPipe = 32;

    const int Descriptor = 1;

    /// <summary>Opens it for bytes.</summary>
    public static Stream Open()
    {
        if (!Console.IsOutputRedirected || OperatingSystem.IsWindows())
            return Console.OpenStandardOutput();
        var pipe = new FileStream(new SafeFileHandle(Descriptor, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        // In a file that others share, the console writes after what they wrote; a stream has a position of its own.
        return pipe.CanSeek ? Console.OpenStandardOutput() : pipe;
    }

    /// <summary>The same for text.</summary>
    public static TextWriter OpenText() => Console.IsOutputRedirected
        ? new StreamWriter(Open(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true }
        : Console.Out;

    /// <summary>Whether a write failed because its reader is gone.</summary>
    public static bool IsReaderGone(Exception error) => error is IOException { HResult: BrokenPipe };

    /// <summary>Canceled when the pipe's reader goes, even if nothing is written. It costs a waiting thread.</summary>
    public static CancellationToken ReaderGone()
    {
        if (!Console.IsOutputRedirected || OperatingSystem.IsWindows())
            return CancellationToken.None;
        var gone = new CancellationTokenSource();
        new Thread(() =>
        {
            // With no event requested, poll waits for the one that it always reports: that the other end is closed.
            var output = new Polled { Descriptor = Descriptor };
            while (Poll(ref output, 1, Timeout.Infinite) < 0)
            {
                // A signal came.
            }

            gone.Cancel();
        })
        { IsBackground = true, Name = "reader of the output" }.Start();
        return gone.Token;
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Poll(ref Polled descriptors, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    struct Polled
    {
        public int Descriptor;
        public short Asked;
        public short Told;
    }
}
