namespace Sessions.Api.Vapi.Operations;

/// <summary>How the fields of a <c>find</c> specification are compared.</summary>
internal static class FindSpec
{
    /// <summary>Whether the whole text is the wanted one, in either case. Nothing wanted admits every text.</summary>
    public static bool Admits(object? wanted, string text) =>
        wanted is not string given || given.Equals(text, StringComparison.OrdinalIgnoreCase);
}
