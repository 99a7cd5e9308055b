using System.Globalization;
using Sessions.Domain;

namespace Sessions.Faults.Arenas;

/// <summary>The configuration of a node, as environment variables name it.</summary>
static class NodeSettings
{
    public static Dictionary<string, string?> Of(
        string name, string connectionString, string folder, IEnumerable<string> users, LeasePolicy policy,
        IEnumerable<(string Name, string Value)> more)
    {
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["Urls"] = "http://127.0.0.1:0",
            ["Node__Name"] = name,
            ["ConnectionStrings__Sessions"] = connectionString,
            ["Content__Root"] = Path.Combine(folder, "content"),
        };
        // The whole policy, so that nodes decide by the same one as the checker.
        foreach (var number in typeof(LeasePolicy).GetProperties())
        {
            if (number.GetValue(policy) is { } value)
                settings["Lease__" + number.Name] = string.Create(CultureInfo.InvariantCulture, $"{value}");
        }

        foreach (var (index, user) in users.Index())
        {
            settings[string.Create(CultureInfo.InvariantCulture, $"Users__{index}__Name")] = user;
            settings[string.Create(CultureInfo.InvariantCulture, $"Users__{index}__Password")] = user;
        }

        foreach (var (key, value) in more)
            settings[key] = value;
        return settings;
    }
}
