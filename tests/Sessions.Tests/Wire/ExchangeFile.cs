namespace Sessions.Tests.Wire;

/// <summary>One request as it is sent, and the answer that it must get, as they stand in a file.</summary>
/// <param name="Title">What it shows, or null for the first of a file, which the file's head describes.</param>
/// <param name="When">What happens just before, in the words of <see cref="Situation"/>, or null.</param>
/// <param name="Request">The request: its line, its headers, and behind an empty line its body.</param>
/// <param name="Answer">The answer in the same form; empty in a file that is new.</param>
sealed record Exchange(string? Title, string? When, string Request, string Answer)
{
    const string Mark = "### ";
    const string WhenMark = "# When ";
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
        var title = Take(Mark, ref text);
        var when = Take(WhenMark, ref text)?.TrimEnd('.');
        var answer = text.IndexOf(AnswerStart, StringComparison.Ordinal);
        return answer < 0
            ? new Exchange(title, when, text, "")
            : new Exchange(title, when, text[..answer].Trim('\n'), text[(answer + 1)..]);
    }

    public override string ToString() =>
        (Title is null ? "" : $"{Mark}{Title}\n")
        + (When is null ? "" : $"{WhenMark}{When}.\n")
        + (Title is null && When is null ? "" : "\n")
        + $"{Request}\n\n{Answer}\n";

    /// <summary>The rest of the first line if it begins so; then the text begins behind it.</summary>
    static string? Take(string mark, ref string text)
    {
        text = text.Trim('\n');
        if (!text.StartsWith(mark, StringComparison.Ordinal))
            return null;
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        var line = text[mark.Length..end];
        text = text[end..].Trim('\n');
        return line;
    }
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
