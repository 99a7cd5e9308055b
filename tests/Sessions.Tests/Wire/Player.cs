using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Wire;

/// <summary>Sends the requests of a file and writes the answers down in the file's form.</summary>
static class Player
{
    /// <summary>
    /// Headers that say nothing about the API. The content length is not among them, because it does say something when
    /// the body is a file's bytes and not an API answer.
    /// </summary>
    static readonly string[] LeftOut = ["Connection", "Date"];

    /// <summary>The file with the answers that the server gives now.</summary>
    public static async Task<ExchangeFile> Play(Uri server, ExchangeFile file, Situation situation)
    {
        var played = new List<Exchange>();
        var names = situation.Names;
        foreach (var exchange in file.Exchanges)
        {
            if (exchange.When is { } sentence)
                await situation.Happen(sentence);
            played.Add(exchange with { Answer = Written(await Send(server, exchange, names), names) });
        }

        return file with { Exchanges = played };
    }

    static Task<RawAnswer> Send(Uri server, Exchange exchange, Names names)
    {
        var body = Encoding.UTF8.GetBytes(names.Fill(exchange.Body));
        string[] headers = [.. exchange.Headers.Select(names.Fill)];
        var isChunked = headers.Contains("Transfer-Encoding: chunked");
        return RawHttp.Send(server, RawHttp.Request(
            names.Fill(exchange.Line), headers, isChunked ? RawHttp.Chunked(body) : body, server.Authority));
    }

    static string Written(RawAnswer answer, Names names)
    {
        var mediaType = answer.Headers.GetValueOrDefault("Content-Type", "");
        var isText = mediaType is "application/json" or "application/xml";
        var length = answer.Headers.GetValueOrDefault("Content-Length");
        if (length is not null)
            length.ShouldBe(Encoding.UTF8.GetByteCount(answer.Body).ToString(CultureInfo.InvariantCulture));

        var head = answer.Headers
            .Where(header => !LeftOut.Contains(header.Key) && (header.Key != "Content-Length" || !isText))
            .OrderBy(header => header.Key, StringComparer.Ordinal)
            .Select(header => $"{header.Key}: {header.Value}\n");
        var status = $"HTTP/1.1 {answer.Status} {ReasonPhrases.GetReasonPhrase(answer.Status)}\n";
        var body = names.Name(answer.Body);
        return (names.Name(status + string.Concat(head)) + "\n" + (isText ? Folding.Fold(body) : body)).TrimEnd('\n');
    }
}
