using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Sessions.Domain;
using Sessions.Projections.Seals;

namespace Sessions.Cli.Frame;

/// <summary>The configuration of commands that use the database.</summary>
internal static class DatabaseSettings
{
    /// <summary>The lease policy, as the servers have it: <c>Lease:*</c>.</summary>
    public static LeasePolicy Policy(this Settings settings) =>
        settings.Read<LeasePolicy>("Lease");

    /// <summary>How the servers seal: <c>Seals:*</c>.</summary>
    public static SealOptions Seals(this Settings settings) =>
        settings.Read<SealOptions>("Seals");

    /// <summary>An option that names an existing file.</summary>
    public static Option<FileInfo> FileOption(string name, string description)
    {
        var option = new Option<FileInfo>(name) { Description = description, HelpName = "file" };
        option.AcceptExistingOnly();
        return option;
    }

    static T Read<T>(this Settings settings, string section)
        where T : new()
    {
        try
        {
            return settings.Configuration.GetSection(section).Get<T>() ?? new T();
        }
        catch (InvalidOperationException wrong)
        {
            throw new CommandException(ExitCode.Usage, wrong.Message);
        }
    }
}
