using System.Text;

namespace Sessions.Bench;

/// <summary>Lines and tables.</summary>
internal sealed class Markdown
{
    readonly StringBuilder text = new();

    public void Line(FormattableString line) => text.AppendLine(FormattableString.Invariant(line));

    /// <summary>A table; a heading that ends in a colon marks a column of numbers.</summary>
    public void Table(IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string>> rows)
    {
        text.AppendLine();
        Row(headings.Select(heading => heading.TrimEnd(':')));
        Row(headings.Select(heading => heading.EndsWith(':') ? "---:" : "---"));
        foreach (var row in rows)
            Row(row);
    }

    void Row(IEnumerable<string> cells) => text.Append("| ").AppendJoin(" | ", cells).AppendLine(" |");

    public override string ToString() => text.ToString().TrimEnd();
}
