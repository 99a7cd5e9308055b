namespace Sessions.Api.Vapi.Operations;

/// <summary>How the specifications of <c>find</c> compare.</summary>
internal static class FindSpec
{
    /// <summary>
    /// Whether a text is the one that is looked for, as a whole and in whatever case; nothing wanted
    /// admits all.
    /// </summary>
    public static bool Admits(object? wanted, string text) =>
        wanted is not string given || given.Equals(text, StringComparison.OrdinalIgnoreCase);
}
