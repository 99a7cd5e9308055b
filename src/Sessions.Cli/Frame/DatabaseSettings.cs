using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Sessions.Domain;
using Sessions.Projections.Seals;

namespace Sessions.Cli.Frame;

/// <summary>What commands that go to the database read from the configuration.</summary>
internal static class DatabaseSettings
{
    /// <summary>The lease policy, as the servers have it: <c>Lease:*</c>.</summary>
    public static LeasePolicy Policy(this Settings settings) =>
        settings.Configuration.GetSection("Lease").Get<LeasePolicy>() ?? new LeasePolicy();

    /// <summary>How the servers seal: <c>Seals:*</c>.</summary>
    public static SealOptions Seals(this Settings settings) =>
        settings.Configuration.GetSection("Seals").Get<SealOptions>() ?? new SealOptions();

    /// <summary>An option that names a file which must be there.</summary>
    public static Option<FileInfo> FileOption(string name, string description)
    {
        var option = new Option<FileInfo>(name) { Description = description, HelpName = "file" };
        option.AcceptExistingOnly();
        return option;
    }
}
