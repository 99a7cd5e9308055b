using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Wire;

/// <summary>One change of a text: an insertion, a deletion or a replacement.</summary>
/// <param name="At">The position, in thousandths of the text.</param>
/// <param name="Length">How many bytes are deleted there.</param>
/// <param name="Payload">The bytes that are inserted there.</param>
sealed record Edit(int At, int Length, byte[] Payload)
{
    public byte[] Of(byte[] text, int from)
    {
        var at = from + ((text.Length - from) * At / 1000);
        return [.. text[..at], .. Payload, .. text[Math.Min(text.Length, at + Length)..]];
    }
}

/// <summary>
/// How a valid request is spoiled. The result is still legal HTTP, so that the server's own code has to deal with it.
/// </summary>
sealed record FuzzRequest(
    int Which, int Session, string? Verb, Edit[] Path, Edit[] Body, string[] Headers, string? Token, bool IsChunked)
{
    const string LoginHeader = "vmware-api-session-id: ";

    /// <summary>
    /// Bytes that a path and a query may contain. NUL is not among them: the web server itself refuses it, without a
    /// body.
    /// </summary>
    static readonly Gen<byte[]> PathPiece = Gen.OneOf(
            Gen.Choose(1, 255).Select(value => $"%{value:x2}"),
            Gen.Elements("%", "%zz", "..", ".", "/", "//", ";", ":", "?", "&", "=", "+", "~", "'", "\\", "{", "}", "|", "^"),
            Gen.Choose(0, 300).Select(count => new string('a', count)),
            Gen.Choose(0, 200).Select(count => $"&{string.Concat(Enumerable.Repeat("a.", count))}=1"),
            Gen.Elements(
                "action=fail", "?action=cancel&", "&~action=delete", "&client_token=", "&file_name", "%u0041", "id:", "id%3A",
                "%2f..%2f", "%ed%a0%80", "%f4%90%80%80", ".1.", "&progress=101", "&create_spec.library_item_id=", "=."))
        .Select(Encoding.ASCII.GetBytes);

    static readonly Gen<byte[]> BodyPiece = Gen.OneOf(
        Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf(),
        Gen.Elements(
                "null", "{}", "[]", "\"", "\\", "\\\"", "{", "}", "[", "]", ",", ":", "-1", "1e400", "1e2", "0.5", "true",
                "101", "9223372036854775808", "\\u0000", "\\ud800", "{\"OPTIONAL\":", "{\"STRUCTURE\":{}}",
                "{\"SECRET\":[]}", "\"id\":{},",
                "<", "</", ">", "<a/>", "<!DOCTYPE a>", "<![CDATA[", "]]>", "<!--", "&x;", "&#0;", "<a-array/>", " xmlns=\"x\"",
                "\uFFFE", "💽", "\u0085", "ä")
            .Select(Encoding.UTF8.GetBytes),
        from c in Gen.Elements('[', '{', '<', ' ', 'a')
        from count in Gen.Elements(70, 3000)
        select Encoding.ASCII.GetBytes(new string(c, count)));

    static readonly Gen<string> HeaderValue = Gen.OneOf(
        Gen.Choose(0x20, 0x7e).Select(value => (char)value).ArrayOf().Select(characters => new string(characters).Trim()),
        Gen.Elements(
            "application/xml", "text/xml", "application/json", "*/*", "application/vnd.vmware.vapi.framed", "bytes=0-1",
            "gzip"));

    static readonly Gen<string> Header =
        from name in Gen.Elements(
            "Accept", "Accept", "Content-Type", "Content-Type", "Client-Token", "client_token", "Authorization", "Cookie", "Range",
            "X-Request-Id", "vapi-service", "vapi-operation", "vmware-use-header-authn", "X-Forwarded-Host", "Accept-Encoding")
        from value in HeaderValue
        select $"{name}: {value}";

    /// <summary>Ranges and conditions, mostly composed of valid pieces.</summary>
    static readonly Gen<string> Condition =
        from name in Gen.Elements(
            "Range", "Range", "If-Range", "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since")
        from value in Gen.OneOf(
            HeaderValue,
            Gen.Elements(
                    "bytes=", "bytes=", "byte", "=", "0", "4", "-", "-", "13", "14", "15", ",", ";", " ", "9223372036854775807",
                    "9223372036854775808", "*", "W/", "\"", "\"x\"", "Wed, 01 Jan 2025 12:00:00 GMT", "Wed, 01 Jan 9999 12:00:00 GMT")
                .ArrayOf().Select(string.Concat))
        select $"{name}: {value}";

    public static Gen<FuzzRequest> Any { get; } =
        from which in Gen.Choose(0, 10_000)
        from session in Gen.Choose(0, 10_000)
        from verb in Rarely(Gen.Elements("GET", "POST", "DELETE", "PUT", "PATCH", "OPTIONS", "BREW"), 8)
        from path in Edits(PathPiece, 3)
        from body in Edits(BodyPiece, 2)
        from headers in Rarely(Header, 3)
        from token in Rarely(HeaderValue, 12)
        from isChunked in Gen.Elements(true, false, false)
        select new FuzzRequest(
            which, session, verb, path, body, headers is null ? [] : [headers], token, isChunked);

    /// <summary>The server looks at nothing but the path and the headers of a data link's request.</summary>
    public static Gen<FuzzRequest> AnyOfData { get; } =
        from made in Any
        from condition in Rarely(Condition, 2)
        from another in Rarely(Condition, 4)
        let headers = new[] { condition, another }.OfType<string>().DistinctBy(header => header.Split(':')[0]).ToArray()
        select made with { Body = [], Headers = headers.Length == 0 ? made.Headers : headers };

    /// <summary>The bytes of the request. Its trace parent identifies it in the record of events.</summary>
    public byte[] Spoil(Exchange exchange, Names names, string traceParent)
    {
        var line = names.Fill(exchange.Line).Split(' ', 2);
        // A request target must begin with a slash.
        var target = Path.Aggregate(Encoding.ASCII.GetBytes(line[1]), (text, edit) => edit.Of(text, from: 1));
        // Two changes side by side, or one beside an id, can form the NUL that no single piece contains.
        var sendable = Encoding.ASCII.GetString(target).Replace("%00", "%01", StringComparison.Ordinal);
        var body = Body.Aggregate(Encoding.UTF8.GetBytes(names.Fill(exchange.Body)), (text, edit) => edit.Of(text, from: 0));
        var sent = exchange.Headers.Select(names.Fill)
            .Where(header => !header.StartsWith("Transfer-Encoding", StringComparison.Ordinal))
            .Where(header => !Headers.Any(other => SameName(header, other)))
            .Select(header => Token is not null && SameName(header, LoginHeader) ? LoginHeader + Token : header)
            .Concat(Headers)
            .Append("traceparent: " + traceParent);
        return RawHttp.Request(
            $"{Verb ?? line[0]} {sendable}",
            IsChunked ? sent.Append("Transfer-Encoding: chunked") : sent,
            IsChunked ? RawHttp.Chunked(body, 7) : body);
    }

    static bool SameName(string header, string other) =>
        header.Split(':')[0].Equals(other.Split(':')[0], StringComparison.OrdinalIgnoreCase);

    static Gen<T?> Rarely<T>(Gen<T> something, int oneIn)
        where T : class =>
        Gen.Choose(1, oneIn).SelectMany(n => n == 1 ? something.Select(value => (T?)value) : Gen.Constant<T?>(null));

    /// <summary>Usually no change; otherwise one to three.</summary>
    static Gen<Edit[]> Edits(Gen<byte[]> pieces, int oneIn) =>
        from n in Gen.Choose(1, oneIn)
        from count in n == 1 ? Gen.Choose(1, 3) : Gen.Constant(0)
        from edits in (
            from at in Gen.Choose(0, 1000)
            from length in Gen.OneOf(Gen.Constant(0), Gen.Choose(0, 20))
            from payload in Gen.OneOf(pieces, pieces, Gen.Constant(Array.Empty<byte>()))
            select new Edit(at, length, payload)).ArrayOf(count)
        select edits;
}
