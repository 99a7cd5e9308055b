using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

/// <summary>How a server that cannot start ends.</summary>
static class StartSentences
{
    /// <summary>A configuration that a server starts with.</summary>
    public static Dictionary<string, string?> Complete => new()
    {
        ["ASPNETCORE_ENVIRONMENT"] = "Production",
        ["ConnectionStrings__Sessions"] = "Host=127.0.0.1;Port=1;Username=nobody",
        ["Content__Root"] = Path.GetTempPath(),
        ["Users__0__Name"] = "ana",
        ["Users__0__Password"] = "ana",
        ["Urls"] = "http://127.0.0.1:0",
    };

    /// <summary>The server must exit with this one line and nothing else.</summary>
    public static async Task ShouldSay(Dictionary<string, string?> settings, string said)
    {
        await using var folder = new ServerFolder();
        await using var server = ServerProcess.Start(folder.FullPath, settings);

        (await server.Ended()).ShouldBe(1);
        server.Errors.TrimEnd().ShouldBe("sessions: " + said);
    }
}
