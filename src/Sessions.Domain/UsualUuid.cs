namespace Sessions.Domain;

/// <summary>UUIDs as clients write them: 36 characters, in either case.</summary>
public static class UsualUuid
{
    const int Length = 36;

    /// <summary>Reads one; false for anything else. The framework's own parser also takes white space, signs and "0x".</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Guid value)
    {
        Span<char> usual = stackalloc char[Length];
        return Guid.TryParseExact(text, "D", out value)
            && value.TryFormat(usual, out _, "D")
            && text.Equals(usual, StringComparison.OrdinalIgnoreCase);
    }
}
