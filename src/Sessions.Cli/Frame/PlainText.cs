using System.Globalization;
using System.Text;
using Spectre.Console;

namespace Sessions.Cli.Frame;

/// <summary>
/// Text that is safe on a terminal. Names of users and files and clients' messages are whatever a client sent: characters
/// that would control the terminal, begin a line or change the direction of text are shown as JSON escapes.
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

    /// <summary>Text or JSON of several lines, whose line breaks are our own.</summary>
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

    /// <summary>Control characters, line breaks, and marks that change the direction of the following text.</summary>
    static bool Steers(char letter) =>
        char.IsControl(letter)
        || letter is '\u061C' or '\u200E' or '\u200F' or (>= '\u2028' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
