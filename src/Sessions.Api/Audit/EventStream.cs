using System.Text.Encodings.Web;
using System.Text.Json;
using Sessions.Projections.Audit;

namespace Sessions.Api.Audit;

/// <summary>
/// Events as NDJSON, one on each line, sent as they are read: a client that fetches the whole record needs no pages, and
/// the server no memory. The stream ends when the client goes, and waits for a client that is slow.
/// </summary>
internal static class EventStream
{
    public const string MediaType = "application/x-ndjson";

    /// <summary>The lines are sent after this many bytes.</summary>
    const int SentAfter = 32 * 1024;

    static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Whether a request wants lines and not pages.</summary>
    public static bool IsAskedFor(HttpRequest request) => request.GetTypedHeaders().Accept
        .Any(accepted => accepted.MediaType.Equals(MediaType, StringComparison.OrdinalIgnoreCase) && accepted.Quality is not 0);

    public static async Task Send(HttpResponse response, IAsyncEnumerable<AuditEvent> events, CancellationToken clientGone)
    {
        response.ContentType = MediaType;
        await response.StartAsync(clientGone);
        var output = response.BodyWriter;
        await using var json = new Utf8JsonWriter(output, Plain);
        await foreach (var one in events)
        {
            JsonSerializer.Serialize(json, one, AuditJson.Default.AuditEvent);
            json.Flush();
            json.Reset();
            output.GetSpan(1)[0] = (byte)'\n';
            output.Advance(1);
            if (output.UnflushedBytes >= SentAfter)
                await output.FlushAsync(clientGone);
        }

        await output.FlushAsync(clientGone);
    }
}
