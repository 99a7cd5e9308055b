using System.Globalization;
using System.Net;

namespace Sessions.Api.Hosting;

/// <summary>
/// Checks the settings that the web host reads by itself: it would report a mistake by a stack trace alone.
/// </summary>
internal static class HostSettings
{
    /// <summary>With fewer open files the runtime fails during the start, and blames a file that exists.</summary>
    const long FilesLeast = 512;

    /// <summary>Ports on all addresses, from the framework's own variables (<c>ASPNETCORE_HTTP_PORTS</c>).</summary>
    static readonly string[] PortKeys = ["HTTP_PORTS", "HTTPS_PORTS"];

    /// <exception cref="SettingsException">A setting cannot be read; the message says which, and what it may be.</exception>
    public static void Check(IConfiguration configuration)
    {
        // Where Kestrel has endpoints of its own, Urls is not used.
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren().ToArray();
        foreach (var endpoint in endpoints)
            CheckAddress($"{endpoint.Path}:Url", endpoint["Url"] ?? "");
        if (endpoints.Length == 0 && configuration["Urls"] is { Length: > 0 } urls)
        {
            var addresses = urls.Split(';', StringSplitOptions.RemoveEmptyEntries);
            foreach (var address in addresses.DefaultIfEmpty(urls))
                CheckAddress("Urls", address);
        }

        foreach (var key in PortKeys)
            CheckPorts(key, configuration[key] ?? "");

        CheckLevels(configuration.GetSection("Logging"));
    }

    /// <summary>
    /// Sets where the server listens if no setting does, the framework's own variables (<c>ASPNETCORE_URLS</c>) included.
    /// </summary>
    public static void SetDefaults(ConfigurationManager configuration)
    {
        if (((string[])["Urls", .. PortKeys]).All(key => string.IsNullOrEmpty(configuration[key]))
            && !configuration.GetSection("Kestrel:Endpoints").GetChildren().Any())
            configuration["Urls"] = "http://127.0.0.1:8080";
    }

    /// <exception cref="SettingsException">The process may open too few files to start.</exception>
    public static void RequireFiles()
    {
        if (OpenFiles.Max() is { } most and < FilesLeast)
            throw new SettingsException(
                $"This process may have only {most} files open and needs at least {FilesLeast}: raise the limit, see 'ulimit -n'.");
    }

    /// <summary>The web server would take anything that is no number for port 80 on all addresses.</summary>
    static void CheckPorts(string key, string ports)
    {
        foreach (var port in ports.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!ushort.TryParse(port, CultureInfo.InvariantCulture, out var number) || number == 0)
                throw new SettingsException($"{key} is '{ports}'; it must be a port, or several separated by ';'.");
        }
    }

    static void CheckAddress(string key, string address)
    {
        if (!IsAddress(address))
            throw new SettingsException($"{key} is '{address}'; it must be like http://127.0.0.1:8080, or http://*:8080 for any address.");
    }

    /// <summary>The web server would take a host name, or a mistyped number, for all addresses of this machine.</summary>
    static bool IsAddress(string text)
    {
        try
        {
            var address = BindingAddress.Parse(text);
            return address.Scheme.ToUpperInvariant() is "HTTP" or "HTTPS"
                && address.PathBase.Length == 0
                && (address.IsUnixPipe || (IsHost(address.Host) && IsPort(address)));
        }
        catch (FormatException)
        {
            return false;
        }
    }

    static bool IsHost(string host) => host is "*" or "+" || IsLocalhost(host) || IPAddress.TryParse(host, out _);

    static bool IsLocalhost(string host) => host.Equals("localhost", StringComparison.OrdinalIgnoreCase);

    /// <summary>Port 0, for any free port, cannot be used with <c>localhost</c>, which stands for two addresses.</summary>
    static bool IsPort(BindingAddress address) =>
        address.Port <= ushort.MaxValue && address.Port >= (IsLocalhost(address.Host) ? 1 : 0);

    /// <summary>Each logging provider may have levels of its own besides the common ones.</summary>
    static void CheckLevels(IConfigurationSection logging)
    {
        foreach (var section in logging.GetChildren())
        {
            if (!section.Key.Equals("LogLevel", StringComparison.OrdinalIgnoreCase))
                CheckLevels(section);
            else if (section.GetChildren().FirstOrDefault(level => !IsLevel(level.Value)) is { } wrong)
                throw new SettingsException(
                    $"{wrong.Path} is {wrong.Value}; it must be one of: {string.Join(", ", Enum.GetNames<LogLevel>())}.");
        }
    }

    static bool IsLevel(string? text) => string.IsNullOrEmpty(text) || Enum.TryParse<LogLevel>(text, ignoreCase: true, out _);
}
