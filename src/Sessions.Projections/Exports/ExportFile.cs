using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Sessions.Projections.Seals;
using Sessions.Projections.Verification;
using Sessions.Storage.Log;

namespace Sessions.Projections.Exports;

/// <summary>A line of an exported file: an event, or a seal, which follows the events that it covers.</summary>
/// <param name="Number">Which line, from 1.</param>
/// <param name="Event">The event, or null if the line has none.</param>
/// <param name="Seal">The seal, without its entries, or null if the line has none.</param>
/// <param name="Fault">What is wrong with the line, or null.</param>
public readonly record struct ExportedLine(long Number, LoggedEvent? Event, Seal? Seal, string? Fault);

/// <summary>
/// Reads an exported file: its manifest first, from the end, and then line after line in memory that does not
/// grow with the file.
/// </summary>
public sealed class ExportFile : IAsyncDisposable
{
    /// <summary>How many bytes from the end are first searched for the last line.</summary>
    const int TailStep = 64 * 1024;

    readonly FileStream file;
    readonly IncrementalHash digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    readonly long manifestAt;

    ExportFile(FileStream file, ExportManifest manifest, long manifestAt) =>
        (this.file, Manifest, this.manifestAt) = (file, manifest, manifestAt);

    /// <summary>The file's manifest.</summary>
    public ExportManifest Manifest { get; }

    /// <summary>Opens a file.</summary>
    /// <exception cref="FormatException">It does not end with a manifest.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static async Task<ExportFile> Open(string path, CancellationToken cancellation)
    {
        if (Directory.Exists(path))
            throw new IOException($"{path} is a folder.");
        var opened = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: true);
        try
        {
            var (line, at) = await LastLine(opened, cancellation);
            return new ExportFile(opened, ExportManifest.Read(line), at);
        }
        catch
        {
            await opened.DisposeAsync();
            throw;
        }
    }

    /// <summary>The lines before the manifest. To be read once.</summary>
    public async IAsyncEnumerable<ExportedLine> Lines([EnumeratorCancellation] CancellationToken cancellation)
    {
        file.Position = 0;
        var reader = PipeReader.Create(file, new StreamPipeReaderOptions(bufferSize: 256 * 1024, leaveOpen: true));
        var (number, left) = (0L, manifestAt);
        while (left > 0)
        {
            var read = await reader.ReadAsync(cancellation);
            var buffer = read.Buffer.Length > left ? read.Buffer.Slice(0, left) : read.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = buffer.Slice(0, end).ToArray();
                digest.AppendData(line);
                digest.AppendData("\n"u8);
                left -= line.Length + 1;
                buffer = buffer.Slice(buffer.GetPosition(1, end));
                yield return Read(++number, line);
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted && left > 0)
                throw new IOException($"{file.Name} was cut off while it was read.");
        }
    }

    /// <summary>How the lines differ from what the manifest says, once all of them have been read; or null.</summary>
    /// <param name="count">How many events they were.</param>
    /// <param name="seals">How many seals.</param>
    public Difference? Compare(long count, long seals)
    {
        var actual = Convert.ToHexStringLower(digest.GetHashAndReset());
        return count != Manifest.Count
            ? new Difference(DifferenceKind.Manifest, $"The file has {count} events, but its manifest says {Manifest.Count}.")
            : seals != Manifest.Seals
            ? new Difference(DifferenceKind.Manifest, $"The file has {seals} seals, but its manifest says {Manifest.Seals}.")
            : !string.Equals(actual, Manifest.Digest, StringComparison.Ordinal)
                ? new Difference(DifferenceKind.Manifest, "The lines of the file do not match the digest in its manifest.")
                : null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        digest.Dispose();
        await file.DisposeAsync();
    }

    static ExportedLine Read(long number, byte[] line)
    {
        try
        {
            if (line.AsSpan().StartsWith(SealJson.LineStart))
                return new ExportedLine(number, Event: null, SealJson.ReadLine(line), Fault: null);
            var (logged, claimed) = EventLine.Read(line);
            return string.Equals(Convert.ToHexStringLower(EventContent.Hash(logged)), claimed, StringComparison.Ordinal)
                ? new ExportedLine(number, logged, Seal: null, Fault: null)
                : new ExportedLine(
                    number, logged, Seal: null, $"version {logged.Version} of session {logged.Address.Id} does not match its hash");
        }
        catch (FormatException none)
        {
            return new ExportedLine(number, Event: null, Seal: null, none.Message);
        }
    }

    /// <summary>The last line that is not empty, and where in the file it begins.</summary>
    internal static async Task<(byte[] Line, long At)> LastLine(FileStream file, CancellationToken cancellation)
    {
        for (var size = Math.Min(TailStep, file.Length); ; size = Math.Min(size * 4, file.Length))
        {
            var tail = new byte[size];
            file.Position = file.Length - size;
            await file.ReadExactlyAsync(tail, cancellation);
            var end = tail.AsSpan().TrimEnd("\r\n"u8).Length;
            var begin = tail.AsSpan(0, end).LastIndexOf((byte)'\n') + 1;
            if (begin > 0 || size == file.Length)
                return (tail[begin..end], file.Length - size + begin);
        }
    }
}
