namespace Sessions.Content;

/// <summary>What kind of item a folder is, guessed from the names of its files: nothing else on the disk tells.</summary>
public static class ItemType
{
    /// <summary>The type of an item that no row of the table matches.</summary>
    public const string File = "file";

    // The first row that any file matches decides, so types of a whole machine come before types that may merely
    // accompany one: an appliance often brings a disc image along.
    static readonly (string Extension, string Type)[] Table =
    [
        (".ovf", "ovf"),
        (".ova", "ovf"),
        (".vmtx", "vm-template"),
        (".iso", "iso"),
    ];

    /// <summary>The type of an item with files of these names, in whatever case they are written.</summary>
    public static string Guess(IReadOnlyCollection<string> fileNames)
    {
        foreach (var (extension, type) in Table)
        {
            if (fileNames.Any(name => name.EndsWith(extension, StringComparison.OrdinalIgnoreCase)))
                return type;
        }

        return File;
    }
}
