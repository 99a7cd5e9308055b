using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Connections;
using Microsoft.Net.Http.Headers;

namespace Sessions.Api.Vapi.Dialects;

/// <summary>The body of a request, as far as a dialect may look at it.</summary>
internal static class RequestBody
{
    /// <summary>
    /// The largest body that is read, in bytes. The limit is enforced here: where Kestrel enforces it, Kestrel closes the
    /// connection while the client is still sending, and the answer may be lost with it. Without a limit of its own,
    /// Kestrel only discards the rest, for five seconds at most.
    /// </summary>
    public const int SizeMax = 1 << 20;

    static readonly JsonDocumentOptions Options = new() { MaxDepth = 64 };

    /// <summary>
    /// The body as JSON. No body at all, however it is sent and under whatever media type, is a legal "nothing", and so is
    /// <c>null</c>.
    /// </summary>
    public static ValueTask<(InputBody? Body, VapiError? Error)> ReadJson(HttpRequest request) =>
        Read(request, static (request, body) =>
        {
            if (!IsJson(request.ContentType))
                return (null, Errors.WrongMediaType("application/json"));
            try
            {
                // The document owns a copy, so it outlives the pipe's buffer.
                var json = body.ToArray();
                RequireCharacters(json);
                return (new InputBody(JsonDocument.Parse(json, Options)), null);
            }
            catch (JsonException)
            {
                return (null, Errors.Malformed("JSON"));
            }
        });

    /// <summary>The error for a body that Kestrel has refused to read any further.</summary>
    public static VapiError FaultOf(BadHttpRequestException bad) => bad.StatusCode switch
    {
        StatusCodes.Status408RequestTimeout => Errors.TooSlow(),
        _ => Errors.Malformed("HTTP"),
    };

    /// <summary>Reads the whole body, and parses it if there is one.</summary>
    public static async ValueTask<(InputBody? Body, VapiError? Error)> Read(
        HttpRequest request, Func<HttpRequest, ReadOnlySequence<byte>, (InputBody?, VapiError?)> parse)
    {
        if (request.ContentLength is 0 || (request.ContentLength is null && request.Headers.TransferEncoding.Count == 0))
            return default;
        if (request.ContentLength > SizeMax)
            return TooLarge(request);

        try
        {
            return await ReadWhole(request, parse);
        }
        catch (Exception gone) when (gone is ConnectionResetException or OperationCanceledException)
        {
            // The client has gone. After an abort, Kestrel does not wait for the rest of the body.
            request.HttpContext.Abort();
            return (null, Errors.Malformed("HTTP"));
        }
    }

    static async ValueTask<(InputBody? Body, VapiError? Error)> ReadWhole(
        HttpRequest request, Func<HttpRequest, ReadOnlySequence<byte>, (InputBody?, VapiError?)> parse)
    {
        var reader = request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(request.HttpContext.RequestAborted);
            if (read.Buffer.Length > SizeMax)
            {
                reader.AdvanceTo(read.Buffer.End);
                return TooLarge(request);
            }

            if (!read.IsCompleted)
            {
                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }

            var parsed = read.Buffer.IsEmpty ? default : parse(request, read.Buffer);
            reader.AdvanceTo(read.Buffer.End);
            // The body is here, so the client no longer waits to send it: see ErrorHeaders.
            if (request.Headers.Expect.Count > 0)
                request.Headers.Remove(HeaderNames.Expect);
            return parsed;
        }
    }

    /// <summary>Kestrel reads on for a while and then closes the connection; the header lets the client know.</summary>
    static (InputBody?, VapiError) TooLarge(HttpRequest request)
    {
        request.HttpContext.Response.Headers.Connection = "close";
        return (null, Errors.TooLarge(SizeMax));
    }

    /// <summary>
    /// The JSON parser checks a string's characters only when the string is read. Here a body is well-formed as a whole or
    /// not at all.
    /// </summary>
    static void RequireCharacters(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
            throw new JsonException("The body is not UTF-8.");
        if (!json.Contains((byte)'\\'))
            return;

        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = Options.MaxDepth });
        try
        {
            while (reader.Read())
            {
                if (reader.ValueIsEscaped)
                    reader.GetString();
            }
        }
        catch (InvalidOperationException half)
        {
            throw new JsonException("An escape is half a character.", half);
        }
    }

    static bool IsJson(string? contentType)
    {
        if (contentType is null)
            return true;
        var mediaType = contentType.AsSpan();
        var end = mediaType.IndexOf(';');
        mediaType = (end < 0 ? mediaType : mediaType[..end]).Trim();
        return mediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || mediaType.EndsWith("+json", StringComparison.OrdinalIgnoreCase);
    }
}
