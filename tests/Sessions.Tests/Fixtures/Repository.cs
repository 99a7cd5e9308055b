namespace Sessions.Tests.Fixtures;

/// <summary>The clone that the tests run from: some tests read or regenerate its files.</summary>
static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>The full path of a file or folder, given its path from the repository's root.</summary>
    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Sessions.sln")))
            folder = folder.Parent;
        return folder.ShouldNotBeNull("the tests run from a clone").FullName;
    }
}
