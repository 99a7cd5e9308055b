using System.Reflection;

namespace Sessions.Storage;

/// <summary>The statements of an assembly: one <c>.sql</c> file each, embedded, read once.</summary>
public static class SqlFile
{
    /// <summary>The text of one embedded file, for example <c>append_events</c>.</summary>
    /// <exception cref="FileNotFoundException">The assembly holds no such file.</exception>
    public static string Read(Assembly assembly, string name)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        using var stream = assembly.GetManifestResourceStream(name + ".sql")
            ?? throw new FileNotFoundException($"{assembly.GetName().Name} embeds no {name}.sql.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
