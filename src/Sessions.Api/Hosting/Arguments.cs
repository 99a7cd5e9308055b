namespace Sessions.Api.Hosting;

/// <summary>What may stand behind the program's name. The framework passes over what is no setting, and a slip would be none.</summary>
internal static class Arguments
{
    public const string HashPassword = "hash-password";

    /// <summary>What the program is told by, for whoever asks.</summary>
    public const string Help = """
        Sessions.Api [--KEY=VALUE …]      starts the server; README.md has the keys, as --Urls=http://127.0.0.1:8080
        Sessions.Api hash-password        reads a password, and prints what Users:n:PasswordHash may be
        """;

    public static bool AskForHelp(string[] args) => args is ["--help" or "-h" or "-?"];

    /// <exception cref="SettingsException">One of them is nothing that is known.</exception>
    public static void Check(string[] args)
    {
        for (var i = 0; i < args.Length; i++)
        {
            var isSetting = args[i].Contains('=', StringComparison.Ordinal);
            // A key may have its value in the next one.
            if (!isSetting && args[i] is ['-' or '/', ..] && i + 1 < args.Length)
                i++;
            else if (!isSetting)
                throw new SettingsException($"'{args[i]}' is nothing that this program knows.\n{Help}");
        }
    }
}
