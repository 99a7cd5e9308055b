namespace Sessions.Domain;

/// <summary>UUIDs as clients write them: 36 characters, in either case.</summary>
public static class UsualUuid
{
    const int LengthMax = 36;

    /// <summary>Reads one; false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Guid value) => TryParse(text, "D", out value);

    /// <summary>The same in another form. The framework's own parser also accepts white space, signs and "0x".</summary>
    /// <param name="text">What the client wrote.</param>
    /// <param name="format"><c>D</c>, or <c>N</c> for 32 digits and nothing between them.</param>
    /// <param name="value">The id.</param>
    public static bool TryParse(ReadOnlySpan<char> text, string format, out Guid value)
    {
        Span<char> usual = stackalloc char[LengthMax];
        return Guid.TryParseExact(text, format, out value)
            && value.TryFormat(usual, out var length, format)
            && text.Equals(usual[..length], StringComparison.OrdinalIgnoreCase);
    }
}
