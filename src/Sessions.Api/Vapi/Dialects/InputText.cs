using System.Globalization;

namespace Sessions.Api.Vapi.Dialects;

/// <summary>Inputs that arrive as text: in a path, a query, a header, or as XML.</summary>
internal static class InputText
{
    /// <summary>Reads a value; false if the text is none of this type. Null is a missing value.</summary>
    public static bool TryRead(string? text, VapiType type, out object? value)
    {
        value = null;
        if (text is null)
            return true;

        value = type switch
        {
            VapiType.String => text,
            VapiType.Enumeration kind when kind.Words.Contains(text, StringComparer.Ordinal) => text,
            VapiType.Int64 when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
            VapiType.Bool when bool.TryParse(text, out var flag) => flag,
            _ => null,
        };
        return value is not null;
    }
}
