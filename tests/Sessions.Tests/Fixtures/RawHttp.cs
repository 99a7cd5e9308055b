using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Sessions.Tests.Fixtures;

/// <summary>Sends bytes as they are and reads the answer, for requests that no decent client would send.</summary>
static class RawHttp
{
    /// <summary>A server that sends nothing for this long hangs.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Sends one request on its own connection. The request must ask to close it. With <paramref name="whole"/> the
    /// server must not close the connection before it has read the whole request.
    /// </summary>
    public static async Task<RawAnswer> Send(Uri server, ReadOnlyMemory<byte> request, bool whole = false)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var connection = new TcpClient();
        await connection.ConnectAsync(server.Host, server.Port, patience.Token);
        var stream = connection.GetStream();
        using var answer = new MemoryStream();
        try
        {
            var head = request[..AskedLength(request.Span)];
            await stream.WriteAsync(head, patience.Token);
            if (head.Length < request.Length && await MaySendBody(stream, answer, patience.Token))
                await stream.WriteAsync(request[head.Length..], patience.Token);
        }
        catch (IOException) when (!whole)
        {
            // The server answered and closed the connection before it read the whole request. The answer can still be
            // read.
        }

        try
        {
            await stream.CopyToAsync(answer, patience.Token);
        }
        catch (IOException) when (answer.Length > 0 && !whole)
        {
            // The server closed the connection without reading the rest of the request. Some systems report this as a
            // reset.
        }

        return RawAnswer.Parse(answer.ToArray());
    }

    /// <summary>
    /// How much to send before the server asks for the rest: everything, unless the request expects <c>100
    /// Continue</c>.
    /// </summary>
    static int AskedLength(ReadOnlySpan<byte> request)
    {
        var end = request.IndexOf("\r\n\r\n"u8) + 4;
        return request[..end].IndexOf("\r\nExpect: 100-continue\r\n"u8) < 0 ? request.Length : end;
    }

    /// <summary>Waits for the first answer: either the interim one, or the one that refuses the body.</summary>
    static async Task<bool> MaySendBody(NetworkStream stream, MemoryStream answer, CancellationToken patience)
    {
        var buffer = new byte[4096];
        while (answer.GetBuffer().AsSpan(0, (int)answer.Length).IndexOf("\r\n\r\n"u8) < 0)
        {
            var count = await stream.ReadAsync(buffer, patience);
            if (count == 0)
                return false;
            answer.Write(buffer, 0, count);
        }

        return answer.GetBuffer().AsSpan().StartsWith("HTTP/1.1 100 "u8);
    }

    /// <summary>
    /// Builds a request from its lines and a body. Adds the body's length, unless a line declares a transfer encoding.
    /// </summary>
    public static byte[] Request(
        string line, IEnumerable<string> headers, ReadOnlySpan<byte> body, string host = "localhost")
    {
        var all = headers.ToList();
        if (!all.Exists(header => header.StartsWith("Transfer-Encoding:", StringComparison.OrdinalIgnoreCase)))
            all.Add($"Content-Length: {body.Length}");
        var head = $"{line} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{string.Concat(all.Select(h => h + "\r\n"))}\r\n";
        return [.. Encoding.Latin1.GetBytes(head), .. body];
    }

    /// <summary>A body in chunks of at most this many bytes.</summary>
    public static byte[] Chunked(ReadOnlySpan<byte> body, int chunk = 16 * 1024)
    {
        var bytes = new List<byte>();
        for (var at = 0; at < body.Length; at += chunk)
        {
            var part = body[at..Math.Min(body.Length, at + chunk)];
            bytes.AddRange(Encoding.ASCII.GetBytes($"{part.Length:x}\r\n"));
            bytes.AddRange(part);
            bytes.AddRange("\r\n"u8);
        }

        bytes.AddRange("0\r\n\r\n"u8);
        return [.. bytes];
    }
}

/// <summary>An answer, parsed.</summary>
sealed record RawAnswer(int Status, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Body);

    public string? ErrorType => Json.GetProperty("error_type").GetString();

    public static RawAnswer Parse(byte[] bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        // An interim answer (100 Continue) only says that the real one will come.
        while (text.StartsWith("HTTP/1.1 1", StringComparison.Ordinal))
            text = text[(text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        end.ShouldBeGreaterThan(0, "The server closed without an answer.");
        var lines = text[..end].Split("\r\n");
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2))
            .GroupBy(pair => pair[0], StringComparer.OrdinalIgnoreCase)
            .ToDictionary(same => same.Key, same => same.Last()[1], StringComparer.OrdinalIgnoreCase);
        return new RawAnswer(int.Parse(lines[0].Split(' ')[1], null), headers, text[(end + 4)..]);
    }
}
