using Sessions.Storage.Access;

namespace Sessions.Api.Hosting;

/// <summary>Reads the settings of data-link keys: <c>Downloads:LinkKeys:n</c>, <c>Downloads:KeyLifetime</c>.</summary>
internal static class LinkKeySettings
{
    /// <exception cref="SettingsException">A configured key is not valid; the message says which.</exception>
    public static LinkKeyOptions Read(IConfiguration configuration)
    {
        var options = new LinkKeyOptions
        {
            Configured = [.. (configuration.GetSection("Downloads:LinkKeys").Get<string[]>() ?? []).Select(Parse)],
        };
        return options with { Lifetime = configuration.GetValue("Downloads:KeyLifetime", options.Lifetime) };
    }

    static LinkKey Parse(string text, int index)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) && length >= LinkKey.SizeMin
            ? new LinkKey(bytes[..length])
            : throw new SettingsException(
                $"Downloads:LinkKeys:{index} is not a base64 key of at least {LinkKey.SizeMin} bytes; "
                + $"'openssl rand -base64 {LinkKey.SizeMin}' prints one.");
    }
}
