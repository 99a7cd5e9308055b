using System.Text.Json;
using Sessions.Projections.Verification;

namespace Sessions.Projections.Exports;

/// <summary>
/// A seal that was kept elsewhere: a file with <c>{"number":…,"hash":"…"}</c>, as <c>sessions status --json</c> shows it,
/// on one line or several; a file with many such lines, of which the last counts; or an exported file, whose manifest has
/// the newest seal of its time.
/// </summary>
public static class HeadFile
{
    /// <summary>The longest file, in bytes, that is read as a single seal on several lines.</summary>
    const int LengthMax = 64 * 1024;

    /// <summary>Reads the seal.</summary>
    /// <exception cref="FormatException">The file names no seal.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static async Task<SealHead> Read(string path, CancellationToken cancellation)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: true);
        var (last, _) = await ExportFile.LastLine(file, cancellation);
        file.Position = 0;
        try
        {
            var head = last.AsSpan().StartsWith("{\"manifest\":"u8) ? ExportManifest.Read(last).Head
                : last is [(byte)'{', ..] ? JsonSerializer.Deserialize(last, ManifestJson.Default.SealHead)
                : file.Length > LengthMax ? null
                : await JsonSerializer.DeserializeAsync(file, ManifestJson.Default.SealHead, cancellation);
            return head is { Number: > 0, Hash.Length: > 0 } ? head : throw new FormatException("The file names no seal.");
        }
        catch (JsonException unreadable)
        {
            throw new FormatException("The file names no seal.", unreadable);
        }
    }
}
