using System.Globalization;

namespace Sessions.Api.Vapi.Dialects;

/// <summary>Inputs that arrive as text: in a path, a query, a header, or as XML.</summary>
internal static class InputText
{
    static readonly string[] TimeForms = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <summary>Reads a value; false if the text is not of this type. A null text is a missing value.</summary>
    public static bool TryRead(string? text, VapiType type, out object? value)
    {
        value = null;
        if (text is null)
            return true;
        // PostgreSQL keeps a NUL within JSON, but cannot extract that text again; a text column takes none.
        if (text.Contains('\0', StringComparison.Ordinal))
            return false;

        value = type switch
        {
            VapiType.String => text,
            VapiType.Enumeration kind when kind.Words.Contains(text, StringComparer.Ordinal) => text,
            VapiType.Int64 when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
            VapiType.DateTime when TryReadTime(text, out var time) => time,
            VapiType.Bool when bool.TryParse(text, out var flag) => flag,
            _ => null,
        };
        return value is not null;
    }

    /// <summary>A day, or a time with any fraction of a second; UTC where no zone is given.</summary>
    static bool TryReadTime(string text, out DateTimeOffset time) => DateTimeOffset.TryParseExact(
        text, TimeForms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);
}
