using Sessions.Content;

namespace Sessions.Api.Vapi.Models;

/// <summary>
/// A library item as clients see it. Items are local, so they have no source and were never synchronized, and all of their
/// files are always on the disk.
/// </summary>
internal static class ItemModel
{
    public static VapiType Shape { get; } =
        new StructureOf<Item>("com.vmware.content.library.item_model")
            .Optional("id", VapiType.Text, item => item.Id.ToString("D"))
            .Optional("library_id", VapiType.Text, item => item.LibraryId.ToString("D"))
            .Optional("content_version", VapiType.Text, item => item.ContentVersion)
            .Optional("creation_time", VapiType.Time, item => item.CreatedAt)
            .Optional("description", VapiType.Text, _ => "")
            .Optional("last_modified_time", VapiType.Time, item => item.ModifiedAt)
            // An item's metadata are its name and its type, and a renamed item is another item: the version stays 1.
            .Optional("metadata_version", VapiType.Text, _ => "1")
            .Optional("name", VapiType.Text, item => item.Name)
            .Optional("cached", VapiType.Flag, _ => true)
            .Optional("size", VapiType.Integer, item => item.Size)
            .Optional("type", VapiType.Text, item => item.Type)
            .Optional("version", VapiType.Text, item => item.Version)
            .Build();

    /// <summary>What to find an item by; an unset field matches every item.</summary>
    public static VapiType FindSpec { get; } = new VapiType.Structure(
        "com.vmware.content.library.item.find_spec",
        [
            new Field("name", VapiType.Text, IsOptional: true),
            new Field("library_id", VapiType.Text, IsOptional: true),
            new Field("source_id", VapiType.Text, IsOptional: true),
            new Field("type", VapiType.Text, IsOptional: true),
            new Field("cached", VapiType.Flag, IsOptional: true),
        ]);
}
