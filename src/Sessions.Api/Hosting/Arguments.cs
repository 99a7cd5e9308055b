namespace Sessions.Api.Hosting;

/// <summary>The command-line arguments. The framework ignores what is no setting, so a slip would go unnoticed.</summary>
internal static class Arguments
{
    public const string HashPassword = "hash-password";

    /// <summary>The text that <c>--help</c> prints.</summary>
    public const string Help = """
        Sessions.Api [--KEY=VALUE …]      starts the server; docs/configuration.md lists the keys, such as --Urls=http://*:8080
        Sessions.Api hash-password        reads a password and prints its hash for Users:n:PasswordHash; takes no other argument
        """;

    public static bool AskForHelp(string[] args) => args is ["--help" or "-h" or "-?", ..];

    /// <exception cref="SettingsException">An argument is not a setting.</exception>
    public static void Check(string[] args)
    {
        for (var i = 0; i < args.Length; i++)
        {
            var isKey = args[i] is ['-', '-', ..] or ['/', ..];
            var isWhole = args[i].Contains('=', StringComparison.Ordinal) && (isKey || args[i][0] != '-');
            // A key may have its value in the next argument.
            if (!isWhole && isKey && i + 1 < args.Length)
                i++;
            else if (!isWhole)
                throw new SettingsException($"'{args[i]}' is not a setting.\n{Help}");
        }
    }
}
