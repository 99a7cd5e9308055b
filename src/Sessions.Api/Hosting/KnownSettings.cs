using System.Globalization;
using Sessions.Api.Access;
using Sessions.Api.Downloads;
using Sessions.Domain;
using Sessions.Projections.Drift;
using Sessions.Projections.Seals;
using Sessions.Storage.Commands;
using Sessions.Storage.Schedule;

namespace Sessions.Api.Hosting;

/// <summary>
/// The names of this server's own settings. The framework ignores names that it does not know, so a misspelt setting would
/// silently keep its default.
/// </summary>
internal static class KnownSettings
{
    static readonly Dictionary<string, Names> Sections = new(StringComparer.Ordinal)
    {
        ["Access"] = new(["IdleTimeout"], ["IdleTimeout"]),
        ["Commands"] = Of<CommandOptions>(),
        // The framework adds the second name where the connection string comes from a variable with one of its prefixes,
        // such as SQLCONNSTR_.
        ["ConnectionStrings"] = new(["Sessions", "Sessions_ProviderName"], []),
        ["Content"] = new(["Root"], []),
        ["Downloads"] = Of<PreparationOptions>() + new Names(["LinkKeys", "KeyLifetime"], ["KeyLifetime"]),
        ["DriftWatch"] = Of<DriftWatchOptions>(),
        ["Lease"] = Of<LeasePolicy>(),
        ["Limits"] = Of<LimitOptions>(),
        ["Log"] = new(["Follow"], []),
        ["Node"] = new(["Name"], []),
        ["Proxies"] = new(["Trusted"], []),
        ["Schedule"] = Of<ScheduleOptions>(),
        ["Seals"] = Of<SealOptions>(),
        ["Telemetry"] = new(["Metrics"], []),
    };

    static readonly Names User = Of<UserSettings>();

    /// <summary>Each with its section, as <c>Lease:IdleTimeout</c>; those of users without an index: <c>Users:Name</c>.</summary>
    public static IEnumerable<string> Keys =>
        from section in Sections.Append(KeyValuePair.Create("Users", User))
        from name in section.Value.All
        select $"{section.Key}:{name}";

    /// <exception cref="SettingsException">
    /// A name is unknown, a list is a single value, or a time is a number without a unit.
    /// </exception>
    public static void Check(IConfiguration configuration)
    {
        foreach (var (name, known) in Sections)
            known.Check(configuration.GetSection(name));
        foreach (var list in (string[])["Users", "Proxies:Trusted", "Downloads:LinkKeys"])
            CheckList(configuration.GetSection(list));
        foreach (var user in configuration.GetSection("Users").GetChildren())
        {
            if (!string.IsNullOrEmpty(user.Value))
                throw new SettingsException($"{user.Path} is a user, not a single value; set {user.Path}:Name to the user's name.");
            User.Check(user);
            CheckList(user.GetSection("Roles"));
        }
    }

    /// <summary>
    /// A single value in place of a list would be read as an empty list. Beside a list it is another program's variable.
    /// </summary>
    static void CheckList(IConfigurationSection list)
    {
        if (!string.IsNullOrEmpty(list.Value) && !list.GetChildren().Any())
            throw new SettingsException($"{list.Path} is a list, not a single value; set {list.Path}:0 to the first one.");
    }

    static Names Of<T>()
    {
        var properties = typeof(T).GetProperties().Where(property => property.CanWrite).ToArray();
        return new Names(
            [.. properties.Select(property => property.Name)],
            [.. properties.Where(property => (Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType) == typeof(TimeSpan))
                .Select(property => property.Name)]);
    }

    /// <summary>
    /// Whether a value is a time as its writer means it: the binder reads <c>10</c> as ten days, and <c>24:00:00</c> as
    /// twenty-four.
    /// </summary>
    static bool IsTime(string? value) =>
        value is null or "" or "0"
        || (value.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParseExact(value, "c", CultureInfo.InvariantCulture, out _));

    /// <summary>The names in a section, and which of them are times.</summary>
    sealed record Names(string[] All, string[] Times)
    {
        public static Names operator +(Names left, Names right) => new([.. left.All, .. right.All], [.. left.Times, .. right.Times]);

        public void Check(IConfigurationSection section)
        {
            foreach (var setting in section.GetChildren())
            {
                if (!All.Contains(setting.Key, StringComparer.OrdinalIgnoreCase))
                    throw new SettingsException(
                        $"{setting.Path} is not a setting of this server; an environment variable of another program may have set it. "
                        + $"{section.Path} has: {string.Join(", ", All)}.");
                if (Times.Contains(setting.Key, StringComparer.OrdinalIgnoreCase) && !IsTime(setting.Value))
                    throw new SettingsException(
                        $"{setting.Path} is {setting.Value}; write a time like 00:00:30, or 1.00:00:00 for a day.");
            }
        }
    }
}
