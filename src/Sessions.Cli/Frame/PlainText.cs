using System.Globalization;
using System.Text;
using Spectre.Console;

namespace Sessions.Cli.Frame;

/// <summary>
/// Text as it may stand on a terminal. Users' names, files' names and clients' messages are whatever somebody sent:
/// what would steer the terminal, begin a line or turn the direction of what is read is shown as its escape in JSON.
/// </summary>
internal static class PlainText
{
    /// <summary>A cell or a line of a table.</summary>
    public static Text Of(string text, Style? style = null) =>
#pragma warning disable RS0030 // All others come here.
        new(Escape(text), style);
#pragma warning restore RS0030

    /// <summary>Text of one line.</summary>
    public static string Escape(string text) => Escape(text, keepsLines: false);

    /// <summary>Text of several lines, or JSON of several, whose breaks are our own.</summary>
    public static string EscapeLines(string text) => Escape(text, keepsLines: true);

    static string Escape(string text, bool keepsLines)
    {
        if (!text.Any(Steers))
            return text;
        var shown = new StringBuilder(text.Length + 16);
        foreach (var letter in text)
        {
            if (!Steers(letter) || (keepsLines && letter == '\n'))
                shown.Append(letter);
            else
                shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}");
        }

        return shown.ToString();
    }

    /// <summary>Control characters, breaks of lines, and marks that change the direction of what follows.</summary>
    static bool Steers(char letter) =>
        char.IsControl(letter)
        || letter is '\u061C' or '\u200E' or '\u200F' or (>= '\u2028' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
