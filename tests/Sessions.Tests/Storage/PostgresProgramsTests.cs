using Sessions.Storage.Local;

namespace Sessions.Tests.Storage;

/// <summary>Where the server looks for PostgreSQL's programs.</summary>
public sealed class PostgresProgramsTests : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("sessions-programs-");

    [Theory]
    [InlineData("")]
    [InlineData("pgsql-")]
    [InlineData("postgresql@")]
    public void The_newest_version_comes_first(string prefix)
    {
        foreach (var version in (string[])["9.6", "15", "17"])
            folder.CreateSubdirectory(prefix + version);
        folder.CreateSubdirectory("share");

        var found = PostgresPrograms.VersionsIn(folder.FullName, prefix).Take(3);

        found.ShouldBe(new[] { "17", "15", "9.6" }.Select(version => Path.Combine(folder.FullName, prefix + version, "bin")));
    }

    [Fact]
    public void A_folder_that_is_not_there_has_none() =>
        PostgresPrograms.VersionsIn(Path.Combine(folder.FullName, "none"), prefix: "").ShouldBeEmpty();

    /// <inheritdoc/>
    public void Dispose() => folder.Delete(recursive: true);
}
