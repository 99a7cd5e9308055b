using System.Text;

namespace Sessions.Tests.Wire;

/// <summary>
/// Splits long JSON and XML into readable lines. It adds line ends and indentation only between tokens, so removing
/// them restores the same bytes.
/// </summary>
sealed class Folding
{
    const int WidthMax = 110;

    readonly string text;
    int at;

    Folding(string text) => this.text = text;

    public static string Fold(string text)
    {
        var folding = new Folding(text);
        var lines = new StringBuilder();
        while (folding.at < text.Length)
            folding.Next().WriteTo(lines, indent: 0);
        return lines.ToString().TrimEnd('\n');
    }

    public static string Unfold(string lines) =>
        string.Concat(lines.Split('\n').Select(line => line.TrimStart(' ')));

    Part Next() => text[at] == '<' ? NextElement() : NextValue();

    /// <summary>A JSON value, with its name before it and the comma after it.</summary>
    Part NextValue()
    {
        var start = at;
        for (var isInString = false; at < text.Length; at++)
        {
            var c = text[at];
            if (isInString)
            {
                if (c == '\\')
                    at++;
                isInString = c != '"';
            }
            else if (c == '"')
            {
                isInString = true;
            }
            else if (c is '{' or '[')
            {
                var open = text[start..++at];
                var children = new List<Part>();
                while (at < text.Length && text[at] is not ('}' or ']'))
                    children.Add(NextValue());
                return new Part(open, children, TakeClose());
            }
            else if (c == ',')
            {
                at++;
                break;
            }
            else if (c is '}' or ']')
            {
                break;
            }
        }

        at = Math.Min(at, text.Length);
        return new Part(text[start..at], [], "");
    }

    string TakeClose()
    {
        var start = at;
        at = Math.Min(at + 1, text.Length);
        if (at < text.Length && text[at] == ',')
            at++;
        return text[start..at];
    }

    /// <summary>An XML element with its content, or a declaration.</summary>
    Part NextElement()
    {
        var start = at;
        at = text.IndexOf('>', at) + 1;
        var open = text[start..at];
        if (open.EndsWith("/>", StringComparison.Ordinal) || open.StartsWith("<?", StringComparison.Ordinal))
            return new Part(open, [], "");

        var children = new List<Part>();
        while (text[at] == '<' && text[at + 1] != '/')
            children.Add(NextElement());
        var end = text.IndexOf('>', text.IndexOf("</", at, StringComparison.Ordinal)) + 1;
        var close = text[at..end];
        at = end;
        return new Part(open, children, close);
    }

    /// <summary>A token, or a pair of brackets or tags with its content.</summary>
    sealed record Part(string Open, IReadOnlyList<Part> Children, string Close)
    {
        string Flat => Open + string.Concat(Children.Select(child => child.Flat)) + Close;

        public void WriteTo(StringBuilder lines, int indent)
        {
            var isFlat = Children.Count == 0 || indent + Flat.Length <= WidthMax;
            lines.Append(' ', indent).Append(isFlat ? Flat : Open).Append('\n');
            if (isFlat)
                return;
            foreach (var child in Children)
                child.WriteTo(lines, indent + 2);
            lines.Append(' ', indent).Append(Close).Append('\n');
        }
    }
}
