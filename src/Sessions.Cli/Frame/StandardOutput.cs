using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Sessions.Cli.Frame;

/// <summary>
/// The process's standard output. Into a pipe it is written without the framework's console, which says nothing when
/// nobody reads any more: a command would go on for nobody.
/// </summary>
internal static partial class StandardOutput
{
    /// <summary>What the system calls writing into a pipe that nobody reads: EPIPE.</summary>
    const int BrokenPipe = 32;

    const int Descriptor = 1;

    /// <summary>The bytes as they are written.</summary>
    public static Stream Open()
    {
        if (!Console.IsOutputRedirected || OperatingSystem.IsWindows())
            return Console.OpenStandardOutput();
        var pipe = new FileStream(new SafeFileHandle(Descriptor, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        // In a file, the console writes where whoever shares it has come; a stream of its own would not.
        return pipe.CanSeek ? Console.OpenStandardOutput() : pipe;
    }

    /// <summary>The same for text.</summary>
    public static TextWriter OpenText() => Console.IsOutputRedirected
        ? new StreamWriter(Open(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true }
        : Console.Out;

    /// <summary>Whether this is what a write says when its reader is gone.</summary>
    public static bool IsReaderGone(Exception error) => error is IOException { HResult: BrokenPipe };

    /// <summary>Canceled when the reader of the pipe goes, though nothing is written. It costs a thread that waits.</summary>
    public static CancellationToken ReaderGone()
    {
        if (!Console.IsOutputRedirected || OperatingSystem.IsWindows())
            return CancellationToken.None;
        var gone = new CancellationTokenSource();
        new Thread(() =>
        {
            // Asked for nothing, it waits for what it tells unasked: that the other end is closed.
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
