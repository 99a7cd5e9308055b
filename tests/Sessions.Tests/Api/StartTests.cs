using Sessions.Tests.Fixtures;
using static Sessions.Tests.Api.StartSentences;

namespace Sessions.Tests.Api;

/// <summary>What the server reports, and how it exits, when it cannot start, so that an operator can fix it.</summary>
public sealed class StartTests
{
    [Theory]
    [InlineData("ConnectionStrings__Sessions", null,
        "ConnectionStrings:Sessions is not set; it must be the Npgsql connection string of the database.")]
    [InlineData("Content__Root", null, "Content:Root is not set; it must be the folder of the content library.")]
    [InlineData("Users__0__Name", "", "Users:0:Name is not set.")]
    [InlineData("Users__0__Roles__0", "king",
        "Users:0 (ana) has the unknown role 'king'; it must be one of: administrator, auditor, ContentLibrary.ReadStorage.")]
    [InlineData("Lease__IdleTimeout", "00:00:00",
        "Lease:IdleTimeout is 00:00:00; it must be at least 00:00:00.0010000.")]
    [InlineData("Lease__Retention", "3000000.00:00:00",
        "Lease:Retention is 3000000.00:00:00; it must be at most 36500.00:00:00.")]
    [InlineData("Lease__MaxLifetime", "3000000.00:00:00",
        "Lease:MaxLifetime is 3000000.00:00:00; it must be at most 36500.00:00:00.")]
    [InlineData("Schedule__SleepMax", "00:00:00",
        "Schedule:SleepMax is 00:00:00; it must be at least 00:00:00.0010000.")]
    [InlineData("Schedule__Backoff", "-00:00:01", "Schedule:Backoff is -00:00:01; it must be at least 00:00:00.")]
    [InlineData("Schedule__AttemptsMax", "32768", "Schedule:AttemptsMax is 32768; it must be at most 32767.")]
    [InlineData("Schedule__PassesMax", "0", "Schedule:PassesMax is 0; it must be at least 1.")]
    [InlineData("Schedule__PassesMax", "100", "Schedule:PassesMax is 100; it must be at most 8.")]
    [InlineData("Schedule__BackoffMax", "00:00:00",
        "Schedule:BackoffMax is 00:00:00; it must be at least 00:00:01.")]
    [InlineData("Commands__Lanes", "many",
        "Failed to convert configuration value 'many' at 'Commands:Lanes' to type 'System.Int32'.")]
    [InlineData("Proxies__Trusted__0", "here",
        "Proxies:Trusted:0 is here; it must be an address, or a range like 10.0.0.0/8.")]
    [InlineData("Proxies__Trusted__0", "10.0.0.0/33",
        "Proxies:Trusted:0 is 10.0.0.0/33; it must be an address, or a range like 10.0.0.0/8.")]
    [InlineData("Downloads__LinkKeys__0", "c2hvcnQ=",
        "Downloads:LinkKeys:0 is not a base64 key of at least 32 bytes; 'openssl rand -base64 32' prints one.")]
    [InlineData("Downloads__KeyLifetime", "10675199.00:00:00",
        "Downloads:KeyLifetime is 10675199.00:00:00; it must be at most 36500.00:00:00.")]
    [InlineData("ShutdownTimeoutSeconds", "2147483647", "ShutdownTimeoutSeconds is 2147483647; it must be at most 86400.")]
    [InlineData("Downloads__KeyLifetime", "00:00:00",
        "Downloads:KeyLifetime is 00:00:00; it must be at least 00:00:01.")]
    [InlineData("Users__0__Password", "", "Users:0 (ana) has neither a Password nor a PasswordHash.")]
    [InlineData("Users__0__Name", "a:b",
        "Users:0 (a:b) has a colon in its name, but in a login the name ends at the first colon.")]
    [InlineData("Logging__LogLevel__Default", "loud",
        "Logging:LogLevel:Default is loud; it must be one of: Trace, Debug, Information, Warning, Error, Critical, None.")]
    [InlineData("Logging__Simple__LogLevel__Sessions", "x",
        "Logging:Simple:LogLevel:Sessions is x; it must be one of: Trace, Debug, Information, Warning, Error, Critical, None.")]
    [InlineData("ConnectionStrings__Sessions", "Host=127.0.0.1;Maximum Pool Size=0",
        "ConnectionStrings:Sessions cannot be used: its Maximum Pool Size is 0")]
    [InlineData("ConnectionStrings__Sessions", "Host=127.0.0.1;Minimum Pool Size=30",
        "ConnectionStrings:Sessions cannot be used: Connection can't have 'Max Pool Size' 24 under 'Min Pool Size' 30")]
    [InlineData("ConnectionStrings__Sessions", "Host=127.0.0.1;Port=99999",
        "ConnectionStrings:Sessions cannot be used: its Port is 99999, beyond 65535")]
    [InlineData("ConnectionStrings__Sessions", "Host=127.0.0.1;Target Session Attributes=standby",
        "ConnectionStrings:Sessions cannot be used: Target Session Attributes other then Any is only supported with multiple hosts")]
    [InlineData("Lease__IdleTimout", "00:01:00",
        "Lease:IdleTimout is not a setting of this server; an environment variable of another program may have set it. Lease has: IdleTimeout, RenewalSlack, KeepAliveSlack, Retention, MaxLifetime, MaxSessionsPerUser.")]
    [InlineData("ConnectionStrings__Session", "Host=127.0.0.1",
        "ConnectionStrings:Session is not a setting of this server; an environment variable of another program may have set it. ConnectionStrings has: Sessions, Sessions_ProviderName.")]
    [InlineData("Limits__RequestBurst", "5", "Limits:RequestBurst has no effect without Limits:RequestsPerSecond; set that too.")]
    [InlineData("Lease__IdleTimeout", "10", "Lease:IdleTimeout is 10; write a time like 00:00:30, or 1.00:00:00 for a day.")]
    [InlineData("Lease__IdleTimeout", "24:00:00", "Lease:IdleTimeout is 24:00:00; write a time like 00:00:30, or 1.00:00:00 for a day.")]
    [InlineData("Seals__Interval", "5m", "Seals:Interval is 5m; write a time like 00:00:30, or 1.00:00:00 for a day.")]
    [InlineData("Users__1", "ana", "Users:1 is a user, not a single value; set Users:1:Name to the user's name.")]
    [InlineData("Users__0__Roles", "auditor", "Users:0:Roles is a list, not a single value; set Users:0:Roles:0 to the first one.")]
    [InlineData("Proxies__Trusted", "127.0.0.1", "Proxies:Trusted is a list, not a single value; set Proxies:Trusted:0 to the first one.")]
    [InlineData("Downloads__LinkKeys", "xx", "Downloads:LinkKeys is a list, not a single value; set Downloads:LinkKeys:0 to the first one.")]
    [InlineData("Limits__RequestsPerSecond", "2147483647",
        "Limits:RequestsPerSecond is 2147483647; it must be at most 1000000.")]
    public async Task A_setting_that_is_missing_or_wrong_is_said_in_one_line(string name, string? value, string said)
    {
        var settings = Complete;
        settings[name] = value;

        await ShouldSay(settings, said);
    }

    [Fact]
    public async Task Outside_of_development_there_are_no_users_but_those_configured()
    {
        var settings = Complete;
        settings["Users__0__Name"] = settings["Users__0__Password"] = null;

        await ShouldSay(settings, "No user is configured: set Users:0:Name and Users:0:PasswordHash.");
    }

    [Fact]
    public async Task A_connection_string_that_cannot_be_read_is_named()
    {
        var settings = Complete;
        settings["ConnectionStrings__Sessions"] = "Hots=here";

        await ShouldSay(settings, "ConnectionStrings:Sessions cannot be used: Couldn't set hots (Parameter 'hots')");
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_said_in_one_line()
    {
        await using var folder = new ServerFolder();
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder.FullPath, (UnixFileMode)Convert.ToInt32("555", 8));
        await using var server = ServerProcess.StartUnprivileged(
            folder.FullPath, new Dictionary<string, string?> { ["ASPNETCORE_ENVIRONMENT"] = "Development" });

        (await server.Ended()).ShouldBe(1);
        server.Errors.TrimEnd().ShouldBe(
            $"sessions: Access to the path '{folder.FullPath}/.sessions' is denied. Start the server in a writable folder, "
            + "or set Content:Root, ConnectionStrings:Sessions and Users.");
    }

    [Fact]
    public async Task Too_few_files_to_start_with_are_said_in_one_line()
    {
        await using var folder = new ServerFolder();
        await using var server = ServerProcess.Develop(folder.FullPath, most: 170);

        (await server.Ended()).ShouldBe(1);
        server.Errors.TrimEnd().ShouldBe("sessions: This process may have only 170 files open and needs at least 512: raise the limit, see 'ulimit -n'.");
    }

    [Fact]
    public async Task Without_the_programs_of_PostgreSQL_it_says_what_to_install()
    {
        await ShouldSay(
            new Dictionary<string, string?>
            {
                ["ASPNETCORE_ENVIRONMENT"] = "Development",
                ["SESSIONS_POSTGRES_BIN"] = Path.GetTempPath(),
            },
            $"PostgreSQL's programs (initdb, pg_ctl, postgres) are not in {Path.GetTempPath()} (SESSIONS_POSTGRES_BIN). Install them, for example with "
            + "'apt-get install postgresql', or set ConnectionStrings:Sessions to a database that runs elsewhere.");
    }

    [Theory]
    [InlineData("hash-pasword")]
    [InlineData("hash-password", "secret")]
    [InlineData("-Urls=http://127.0.0.1:0")]
    [InlineData("-Urls", "http://127.0.0.1:0")]
    public async Task A_word_that_is_no_setting_is_said(params string[] words)
    {
        await using var folder = new ServerFolder();
        await using var server = ServerProcess.Start(folder.FullPath, Complete, words);

        (await server.Ended()).ShouldBe(1);
        server.Errors.ShouldStartWith($"sessions: '{words[0]}' is not a setting.");
    }

    [Fact]
    public async Task Whoever_asks_for_help_is_told_what_there_is()
    {
        await using var folder = new ServerFolder();
        await using var server = ServerProcess.Start(folder.FullPath, Complete, "--help");

        (await server.Ended()).ShouldBe(0);
        server.Output.ShouldContain("hash-password");
    }

    [Fact]
    public async Task The_frameworks_own_variable_says_where_it_listens()
    {
        await using var folder = new ServerFolder();
        var settings = Complete;
        settings.Remove("Urls");
        settings["ASPNETCORE_URLS"] = "http://127.0.0.1:99999";

        await ShouldSay(settings, "Urls is 'http://127.0.0.1:99999'; it must be like http://127.0.0.1:8080, or http://*:8080 for any address.");
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("8080;99999")]
    public async Task Ports_that_are_none_are_said(string ports)
    {
        var settings = Complete;
        settings.Remove("Urls");
        settings["ASPNETCORE_HTTP_PORTS"] = ports;

        await ShouldSay(settings, $"HTTP_PORTS is '{ports}'; it must be a port, or several separated by ';'.");
    }

    [Fact]
    public async Task The_hash_of_a_password_is_printed_for_the_configuration()
    {
        await using var folder = new ServerFolder();
        await using var server = ServerProcess.Start(folder.FullPath, Complete, "hash-password");

        await server.Say("secret");

        (await server.Ended()).ShouldBe(0);
        using var users = new Sessions.Api.Access.Users([new() { Name = "ana", PasswordHash = server.Output.Trim() }]);
        (await users.Verify("ana", "secret", CancellationToken.None)).ShouldNotBeNull();
    }

    [Fact]
    public async Task No_password_has_no_hash()
    {
        await using var folder = new ServerFolder();
        await using var server = ServerProcess.Start(folder.FullPath, Complete, "hash-password");

        await server.Say("");

        (await server.Ended()).ShouldBe(1);
        server.Output.ShouldBe("");
        server.Errors.ShouldContain("The password must not be empty.");
    }
}
