using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sessions.Api.Vapi.Dialects;

/// <summary>Sends JSON with its length, from a buffer that each thread keeps.</summary>
internal static class JsonResponse
{
    /// <summary>A buffer that grew beyond this by one large answer is not kept.</summary>
    const int KeptMax = 64 * 1024;

    /// <summary>Text goes out as it is: this is JSON for programs, never a part of a page.</summary>
    static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    [ThreadStatic]
    static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Json)? kept;

    public static void Write<T>(HttpResponse response, T value, Action<Utf8JsonWriter, T> write)
    {
        var (buffer, json) = kept ?? New();
        kept = null;
        write(json, value);
        json.Flush();

        response.ContentType = "application/json";
        response.ContentLength = buffer.WrittenCount;
        response.BodyWriter.Write(buffer.WrittenSpan);

        if (buffer.Capacity > KeptMax)
            return;
        buffer.ResetWrittenCount();
        json.Reset();
        kept = (buffer, json);
    }

    static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Json) New()
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        return (buffer, new Utf8JsonWriter(buffer, Options));
    }
}
