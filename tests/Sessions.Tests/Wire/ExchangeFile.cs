namespace Sessions.Tests.Wire;

/// <summary>One request as it is sent, and the answer that it must get, as they stand in a file.</summary>
/// <param name="Title">What it shows, or null for the first of a file, which the file's head describes.</param>
/// <param name="Request">The request: its line, its headers, and behind an empty line its body.</param>
/// <param name="Answer">The answer in the same form; empty in a file that is new.</param>
sealed record Exchange(string? Title, string Request, string Answer)
{
    const string Mark = "### ";
    const string AnswerStart = "\nHTTP/1.1 ";

    public string Line => Request.Split('\n')[0];

    public IEnumerable<string> Headers => Request.Split("\n\n")[0].Split('\n').Skip(1);

    /// <summary>
    /// The body as it is sent. Lines are joined without their indentation, so that a long body can be
    /// read in a file: the wire has no line ends between tokens, and no token has one inside.
    /// </summary>
    public string Body =>
        Request.Split("\n\n", 2) is [_, var body] ? Folding.Unfold(body) : "";

    public static Exchange Parse(string text)
    {
        string? title = null;
        if (text.StartsWith(Mark, StringComparison.Ordinal))
        {
            var end = text.IndexOf('\n', StringComparison.Ordinal);
            (title, text) = (text[Mark.Length..end], text[end..]);
        }

        text = text.Trim('\n');
        var answer = text.IndexOf(AnswerStart, StringComparison.Ordinal);
        return answer < 0
            ? new Exchange(title, text, "")
            : new Exchange(title, text[..answer].Trim('\n'), text[(answer + 1)..]);
    }

    public override string ToString() =>
        (Title is null ? "" : $"{Mark}{Title}\n\n") + $"{Request}\n\n{Answer}\n";
}

/// <summary>
/// A file of exchanges: a head that says what they show and in which situation, and then one exchange
/// after the other.
/// </summary>
/// <param name="Head">The lines before the first request.</param>
/// <param name="Exchanges">The exchanges, in their order.</param>
sealed record ExchangeFile(string Head, IReadOnlyList<Exchange> Exchanges)
{
    const string GivenMark = "# Given ";

    /// <summary>The situation that the file's head asks for.</summary>
    public string Given =>
        Head.Split('\n').SingleOrDefault(line => line.StartsWith(GivenMark, StringComparison.Ordinal)) is { } line
            ? line[GivenMark.Length..].TrimEnd('.')
            : Situation.Usual;

    public static ExchangeFile Read(string path)
    {
        var text = File.ReadAllText(path);
        var end = text.IndexOf("\n\n", StringComparison.Ordinal);
        var parts = ("\n" + text[end..].Trim('\n')).Split("\n### ");
        return new ExchangeFile(text[..end], [
            .. parts.Take(1).Where(first => first.Trim('\n').Length > 0).Select(Exchange.Parse),
            .. parts.Skip(1).Select(part => Exchange.Parse("### " + part)),
        ]);
    }

    public override string ToString() => $"{Head}\n\n{string.Join('\n', Exchanges)}";
}
