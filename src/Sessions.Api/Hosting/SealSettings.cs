using Sessions.Projections.Seals;

namespace Sessions.Api.Hosting;

/// <summary>Reads the key that signs seals: <c>Seals:SigningKey</c>, as PEM or as a file's name.</summary>
internal static class SealSettings
{
    /// <summary>The key, or null if none is configured: seals are then made without a signature.</summary>
    /// <exception cref="SettingsException">The setting is not a key; the message says why.</exception>
    public static SealKey? KeyOf(SealOptions options)
    {
        if (string.IsNullOrEmpty(options.SigningKey))
            return null;
        try
        {
            return SealKey.Load(options.SigningKey);
        }
        catch (Exception none) when (none is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new SettingsException("Seals:SigningKey cannot be used. " + none.Message);
        }
    }
}
