namespace Sessions.Tests.Wire;

/// <summary>One request as it is sent, and the answer that it must get, as a file contains them.</summary>
/// <param name="Title">What it shows. Null for the first exchange of a file, which the file's head describes.</param>
/// <param name="When">The event just before it, as a sentence of <see cref="Situation"/>, or null.</param>
/// <param name="Request">The request: its line, its headers, an empty line and its body.</param>
/// <param name="Answer">The answer in the same form; empty in a new file.</param>
sealed record Exchange(string? Title, string? When, string Request, string Answer)
{
    const string Mark = "### ";
    const string WhenMark = "# When ";
    const string AnswerStart = "\nHTTP/1.1 ";

    public string Line => Request.Split('\n')[0];

    public IEnumerable<string> Headers => Request.Split("\n\n")[0].Split('\n').Skip(1);

    /// <summary>
    /// The body as it is sent. Its lines are joined without their indentation, so that a long body is readable in a
    /// file. Nothing is lost: the wire has no line ends between tokens, and no token contains one.
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

    /// <summary>Removes the first line if it begins with the mark, and returns the rest of that line.</summary>
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

/// <summary>A file: its exchanges, and a head that says what they show and in which situation.</summary>
/// <param name="Head">The lines before the first request.</param>
/// <param name="Exchanges">The exchanges, in order.</param>
sealed record ExchangeFile(string Head, IReadOnlyList<Exchange> Exchanges)
{
    const string GivenMark = "# Given ";

    /// <summary>The sentence for the situation that the file's head asks for.</summary>
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
